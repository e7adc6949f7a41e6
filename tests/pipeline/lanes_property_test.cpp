#include "pipeline/lanes.hpp"
#include "support.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tidewire::pipeline {
namespace {

using namespace std::chrono_literals;

struct setting {
  lanes::options how;
  bool keys_together = false;
  bool keyless = false;  // some are rows without a key
};

/// Plays a sink that takes a part of what it gets, late and in any order, and keeps the books that
/// the contract asks for: what arrived per key, what is in flight.
class careless_sink {
 public:
  careless_sink(const setting& s, std::uint64_t seed)
      : how_(s.how),
        keys_together_(s.keys_together),
        keyless_(s.keyless),
        lanes_(s.how),
        random_(seed) {
    for (std::uint32_t i = 0; i < 3; ++i)
      names_.push_back({.index = i, .name = "s" + std::to_string(i)});
    arrived_.resize(names_.size() * keys);
    outstanding_.resize(names_.size() * keys);
  }

  void step() {
    ++steps_;
    now_ += std::chrono::microseconds(random_() % 2000);
    switch (random_() % 4) {
      case 0:
        if (batches_.size() < 12) add_batch();
        break;
      case 1:
      case 2:
        take();
        break;
      default:
        end_one();
    }
  }

  void drain() {
    failures_percent_ = 0;
    for (int idle = 0; lanes_.unsettled_count() > 0 && idle < 1000;) {
      now_ += 50ms;
      take();
      while (!in_flight_.empty()) {
        end_one();
        idle = 0;
      }
      ++idle;
    }
  }

  std::size_t steps() const { return steps_; }
  std::size_t made() const { return made_; }
  std::size_t durable() const { return durable_; }
  std::size_t together() const { return together_; }
  std::size_t unfinished_batches() const { return batches_.size(); }

 private:
  static constexpr std::uint64_t keys = 40;

  std::size_t slot(const record_state& r) const {
    return r.record().destination->index * keys + r.record().key_hash;
  }

  void add_batch() {
    auto& b = *batches_.emplace_back(std::make_unique<batch>());
    const std::size_t count = 1 + random_() % 30;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t key = random_() % 3 == 0 ? 7 : random_() % keys;  // one key is hot
      testing::append(b, names_[random_() % names_.size()], key, std::to_string(made_++));
      if (keyless_ && key % 4 == 3) testing::share_requests(b);
    }
    lanes_.add(b);
    for (const record_state& r : b.states) outstanding_[slot(r)].insert(number_of(r));
  }

  static std::size_t number_of(const record_state& r) { return std::stoul(std::string(r.value())); }

  /// Whether the service may take a later one of the lane, and not this one.
  static bool shares(const record_state& r) { return !r.record().has_key; }

  void take() {
    const lanes::limits within{.records_max = 1 + random_() % 20,
                               .bytes_max = 40 + random_() % 200,
                               .keys_together = keys_together_};
    lanes::request r;
    if (!lanes_.take(now_, within, r)) return;
    ASSERT_FALSE(r.records.empty());
    ASSERT_LE(r.records.size(), within.records_max);
    std::map<std::size_t, std::set<std::size_t>::const_iterator> here;  // by lane: its next
    for (const record_state* s : r.records) {
      ASSERT_EQ(s->record().destination, r.destination);
      if (how_.order == ordering::none) continue;
      const auto [lane, first_here] = here.emplace(slot(*s), outstanding_[slot(*s)].begin());
      ASSERT_EQ(*lane->second++, number_of(*s)) << "a record passed one that was refused";
      if ((keys_together_ || shares(*s)) && !first_here) continue;
      ASSERT_TRUE(keys_in_flight_.insert(slot(*s)).second) << "two records of a key in flight";
    }
    together_ += r.records.size() - here.size();
    in_flight_.push_back(std::move(r));
  }

  void end_one() {
    if (in_flight_.empty()) return;
    const std::size_t which = random_() % in_flight_.size();
    const lanes::request r = std::move(in_flight_[which]);
    in_flight_.erase(in_flight_.begin() + static_cast<std::ptrdiff_t>(which));
    const bool all_failed = random_() % 100 < failures_percent_ / 2;
    std::map<std::size_t, bool> fails;  // by key, where those go together
    for (record_state* s : r.records) {
      keys_in_flight_.erase(slot(*s));
      bool failed = random_() % 100 < failures_percent_;
      if (keys_together_) failed = fails.emplace(slot(*s), failed).first->second;
      if (all_failed) {
        lanes_.again(*s, now_);
      } else if (failed) {
        lanes_.again(*s, now_ + std::chrono::milliseconds(random_() % 20));
      } else {
        arrive(*s);
        lanes_.durable(*s);
      }
    }
    std::optional<lanes::time_point> pause;
    if (all_failed) pause = now_ + std::chrono::milliseconds(random_() % 30);
    lanes_.request_done(*r.destination, pause);
    std::erase_if(batches_, [](const auto& b) { return lanes::finished(*b); });
  }

  void arrive(const record_state& r) {
    const std::size_t number = number_of(r);
    ASSERT_TRUE(seen_.insert(number).second) << "a record became durable twice";
    ++durable_;
    outstanding_[slot(r)].erase(number);
    if (how_.order == ordering::none || shares(r)) return;
    std::size_t& last = arrived_[slot(r)];
    ASSERT_LT(last, number + 1) << "the order of a key was lost";
    last = number + 1;
  }

  lanes::options how_;
  bool keys_together_;
  bool keyless_;
  lanes lanes_;
  std::mt19937_64 random_;
  std::deque<event::stream> names_;
  std::vector<std::unique_ptr<batch>> batches_;
  std::vector<lanes::request> in_flight_;
  std::set<std::size_t> keys_in_flight_;
  std::set<std::size_t> seen_;
  std::vector<std::size_t> arrived_;  // per key: the last number that arrived, plus one
  std::vector<std::set<std::size_t>> outstanding_;  // per key: what is not durable
  lanes::time_point now_{};
  std::size_t steps_ = 0, made_ = 0, durable_ = 0;
  std::size_t together_ = 0;  // records that went with an earlier one of their key
  unsigned failures_percent_ = 25;
};

class LanesProperty : public ::testing::TestWithParam<setting> {};

TEST_P(LanesProperty, KeepTheOrderOfEveryKeyAndLoseNothingHoweverTheSinkBehaves) {
  std::size_t steps = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    careless_sink sink(GetParam(), seed);
    for (int i = 0; i < 50'000 && !::testing::Test::HasFatalFailure(); ++i) sink.step();
    sink.drain();
    ASSERT_FALSE(::testing::Test::HasFatalFailure()) << "seed " << seed;
    EXPECT_EQ(sink.durable(), sink.made()) << "seed " << seed;
    EXPECT_EQ(sink.unfinished_batches(), 0U) << "seed " << seed;
    if (GetParam().keys_together || GetParam().keyless) {
      EXPECT_GT(sink.together(), 0U);
    }
    steps += sink.steps();
  }
  EXPECT_EQ(steps, 400'000U);
}

std::string name_of(const ::testing::TestParamInfo<setting>& how) {
  constexpr const char* names[] = {"Key",
                                   "KeyNearTheThreshold",
                                   "Stream",
                                   "None",
                                   "KeysTogether",
                                   "KeysTogetherNearTheThreshold",
                                   "StreamTogether",
                                   "KeyInACrowd",
                                   "KeysTogetherInACrowd",
                                   "Keyless",
                                   "KeylessNearTheThreshold",
                                   "KeylessInACrowd",
                                   "StreamWithKeyless"};
  return names[how.index];
}

INSTANTIATE_TEST_SUITE_P(
    Orders,
    LanesProperty,
    ::testing::Values(
        setting{{.order = ordering::key, .stream_order_below = 0}},
        setting{{.order = ordering::key, .stream_order_below = 25}},
        setting{{.order = ordering::stream}},
        setting{{.order = ordering::none}},
        setting{{.order = ordering::key, .stream_order_below = 0}, true},
        setting{{.order = ordering::key, .stream_order_below = 25}, true},
        setting{{.order = ordering::stream}, true},
        setting{{.order = ordering::key, .crowded_from = 4, .small_request = 3}},
        setting{{.order = ordering::key, .crowded_from = 4, .small_request = 3}, true},
        setting{{.order = ordering::key, .stream_order_below = 0}, false, true},
        setting{{.order = ordering::key, .stream_order_below = 25}, false, true},
        setting{{.order = ordering::key, .crowded_from = 4, .small_request = 3}, false, true},
        setting{{.order = ordering::stream}, false, true}),
    name_of);

}  // namespace
}  // namespace tidewire::pipeline
