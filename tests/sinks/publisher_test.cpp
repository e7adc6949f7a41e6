#include "sinks/publisher.hpp"

#include "base/task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::sinks {
namespace {

using namespace std::chrono_literals;

const event::stream orders{.index = 0, .name = "orders"};

/// A sink that remembers what it took, and answers as the test says.
class fake_destination final : public destination {
 public:
  using answer = std::function<void(const pipeline::lanes::request&, report&)>;

  explicit fake_destination(asio::any_io_executor executor) : executor_(std::move(executor)) {}

  const pipeline::lanes::limits& limits() const noexcept override {
    limits_.bytes_max = bytes_max;
    return limits_;
  }
  std::string_view kind() const noexcept override { return "fake"; }

  asio::awaitable<void> send(const pipeline::lanes::request& what, report& out) override {
    ++requests;
    overlapping = std::max(overlapping, ++under_way_);
    for (const auto* r : what.records)
      EXPECT_TRUE(keys_under_way_.insert(std::string(r->key())).second) << "a key twice in flight";
    asio::steady_timer timer(executor_, latency());
    [[maybe_unused]] const auto [error] = co_await timer.async_wait(as_result);
    out.verdicts.assign(what.records.size(), {.what = fate::durable});
    if (answers) answers(what, out);
    for (std::size_t i = 0; i < what.records.size(); ++i) {
      const auto* r = what.records[i];
      keys_under_way_.erase(std::string(r->key()));
      if (out.verdicts[i].what == fate::durable)
        taken[std::string(r->key())].emplace_back(r->value());
    }
    --under_way_;
  }

  answer answers;
  std::size_t bytes_max = 5U * 1024U * 1024U;
  std::function<std::chrono::microseconds()> latency = [] { return 100us; };
  std::map<std::string, std::vector<std::string>> taken;
  int requests = 0;
  int overlapping = 0;

 private:
  asio::any_io_executor executor_;
  mutable pipeline::lanes::limits limits_{.records_max = 50};
  std::set<std::string> keys_under_way_;
  int under_way_ = 0;
};

/// Dead letters in memory; while shut, they are waited for.
class fake_letters final : public letter_box {
 public:
  explicit fake_letters(asio::any_io_executor executor) : executor_(std::move(executor)) {}

  asio::awaitable<bool> put(const pipeline::record_state& r, std::string reason) override {
    while (shut && !stopped_) {
      asio::steady_timer timer(executor_, 1ms);
      [[maybe_unused]] const auto [error] = co_await timer.async_wait(as_result);
    }
    if (stopped_) co_return false;
    kept.emplace_back(std::string(r.value()), std::move(reason));
    co_return true;
  }
  void stop() override { stopped_ = true; }

  bool shut = false;
  std::vector<std::pair<std::string, std::string>> kept;

 private:
  asio::any_io_executor executor_;
  bool stopped_ = false;
};

/// A publisher on the test's own thread, with the test as its reader.
class PublisherTest : public ::testing::Test {
 protected:
  void open(publisher::options how = {}) {
    publisher_ = std::make_unique<publisher>(
        io_.get_executor(), std::move(how), between_, sink_, counters_, &letters_);
    asio::co_spawn(io_, publisher_->run(), asio::detached);
  }

  pipeline::batch& batch_of(std::vector<std::pair<std::string, std::string>> records) {
    auto& b = *batches_.emplace_back(std::make_unique<pipeline::batch>());
    for (const auto& [key, value] : records) {
      event::record r;
      r.destination = &orders;
      r.key_hash = std::hash<std::string>()(key);
      r.has_key = true;
      r.key_offset = static_cast<std::uint32_t>(b.content.bytes.size());
      r.key_size = static_cast<std::uint32_t>(key.size());
      b.content.bytes.append(key);
      r.value_offset = static_cast<std::uint32_t>(b.content.bytes.size());
      r.value_size = static_cast<std::uint32_t>(value.size());
      b.content.bytes.append(value);
      b.content.records.push_back(r);
    }
    return b;
  }

  /// Runs until it is so; false when it never was.
  bool run_until(const std::function<bool()>& is_so) {
    const auto until = std::chrono::steady_clock::now() + 120s;
    while (!is_so()) {
      if (std::chrono::steady_clock::now() > until) return false;
      io_.run_for(1ms);
    }
    return true;
  }
  /// Runs until `count` batches came back.
  std::size_t run_until_back(std::size_t count) {
    run_until([&] {
      while (auto* const b = between_.take_done()) back_.push_back(b);
      return back_.size() >= count;
    });
    return back_.size();
  }

  void TearDown() override {
    publisher_->stop();
    io_.run_for(2s);
  }

  asio::io_context io_{1};
  pipeline::doorbell bell_{io_.get_executor()};
  pipeline::exchange between_{256, io_.get_executor(), bell_};
  fake_destination sink_{io_.get_executor()};
  fake_letters letters_{io_.get_executor()};
  publisher_counters counters_;
  std::vector<std::unique_ptr<pipeline::batch>> batches_;
  std::vector<pipeline::batch*> back_;
  std::unique_ptr<publisher> publisher_;
};

TEST_F(PublisherTest, GivesABatchBackWhenAllOfItIsDurable) {
  open();
  auto& b = batch_of({{"1", "a"}, {"2", "b"}, {"1", "c"}});
  between_.send(b);
  ASSERT_EQ(run_until_back(1), 1U);
  EXPECT_EQ(back_[0], &b);
  EXPECT_EQ(sink_.taken["1"], (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ(counters_.records, 3U);
  EXPECT_EQ(counters_.bytes, 6U);
}

TEST_F(PublisherTest, CountsTheBytesThatWereSentWhereTheDestinationKnowsBetter) {
  open();
  sink_.answers = [](const pipeline::lanes::request& what, report& out) {
    out.durable_bytes = what.records.size();
  };
  between_.send(batch_of({{"1", "aaa"}, {"2", "bbb"}, {"1", "ccc"}}));
  ASSERT_EQ(run_until_back(1), 1U);
  EXPECT_EQ(counters_.records, 3U);
  EXPECT_EQ(counters_.bytes, 3U);
}

TEST_F(PublisherTest, AnEmptyBatchComesStraightBack) {
  open();
  between_.send(batch_of({}));
  EXPECT_EQ(run_until_back(1), 1U);
  EXPECT_EQ(sink_.requests, 0);
}

TEST_F(PublisherTest, OnlyFailedRecordsGoAgainAndTheirKeyWaits) {
  int refusals = 3;
  sink_.answers = [&](const pipeline::lanes::request& what, report& out) {
    for (std::size_t i = 0; i < what.records.size(); ++i) {
      if (what.records[i]->key() == "1" && refusals > 0) {
        --refusals;
        out.verdicts[i].what = fate::slow_down;
        out.because("Throttled: slow down");
      }
    }
  };
  open();
  between_.send(batch_of({{"1", "a"}, {"2", "b"}, {"1", "c"}, {"2", "d"}}));
  ASSERT_EQ(run_until_back(1), 1U);
  EXPECT_EQ(sink_.taken["1"], (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ(sink_.taken["2"], (std::vector<std::string>{"b", "d"}));
  EXPECT_EQ(counters_.retries, 3U);
  EXPECT_EQ(refusals, 0);
}

TEST_F(PublisherTest, OutlivesASinkThatIsAway) {
  int away = 5;
  sink_.answers = [&](const pipeline::lanes::request& what, report& out) {
    if (away-- > 0)
      out.all(fate::again,
              what.records.size(),
              {.transport = make_error_code(boost::system::errc::connection_refused)});
  };
  open();
  between_.send(batch_of({{"1", "a"}, {"2", "b"}}));
  ASSERT_EQ(run_until_back(1), 1U);
  EXPECT_EQ(counters_.records, 2U);
}

TEST_F(PublisherTest, TellsWhyTheSinkTakesNothingWhileItIsSo) {
  int away = 2;
  std::string while_away;
  sink_.answers = [&](const pipeline::lanes::request& what, report& out) {
    if (--away == 0) while_away = counters_.failing ? counters_.trouble.words() : "not told";
    if (away >= 0)
      out.all(fate::again,
              what.records.size(),
              {.transport = make_error_code(boost::system::errc::connection_refused)});
  };
  open();
  between_.send(batch_of({{"1", "a"}}));
  ASSERT_EQ(run_until_back(1), 1U);
  EXPECT_NE(while_away.find("takes nothing: "), std::string::npos) << while_away;
  EXPECT_FALSE(counters_.failing);
}

TEST_F(PublisherTest, AMissingStreamIsAnsweredWithItsRemedy) {
  bool away = true;
  sink_.answers = [&](const pipeline::lanes::request& what, report& out) {
    if (std::exchange(away, false))
      out.all(fate::again,
              what.records.size(),
              {.code = "ResourceNotFoundException", .message = "no such stream"});
  };
  open();
  between_.send(batch_of({{"1", "a"}}));
  ASSERT_EQ(run_until_back(1), 1U);
  EXPECT_NE(counters_.trouble.words().find("`tidewire provision` makes"), std::string::npos)
      << counters_.trouble.words();
}

TEST_F(PublisherTest, ASkippedRecordIsAsGoodAsDurable) {
  sink_.answers = [](const pipeline::lanes::request&, report& out) {
    out.verdicts[0].what = fate::skipped;
  };
  open();
  between_.send(batch_of({{"1", ""}, {"2", "b"}}));
  ASSERT_EQ(run_until_back(1), 1U);
  EXPECT_EQ(counters_.records, 1U);
  EXPECT_EQ(counters_.skipped, 1U);
}

TEST_F(PublisherTest, ARefusedRecordIsHeldAndOthersGoOn) {
  sink_.answers = [](const pipeline::lanes::request& what, report& out) {
    for (std::size_t i = 0; i < what.records.size(); ++i)
      if (what.records[i]->value() == "too large") out.verdicts[i].what = fate::refused;
  };
  open();
  between_.send(batch_of({{"1", "too large"}, {"1", "b"}}));
  between_.send(batch_of({{"2", "c"}}));
  EXPECT_EQ(run_until_back(1), 1U);
  EXPECT_TRUE(run_until([&] { return counters_.held == 1; }));
  io_.run_for(50ms);
  EXPECT_EQ(between_.take_done(), nullptr) << "what was not sent is not called durable";
  EXPECT_EQ(sink_.taken.count("1"), 0U);
}

TEST_F(PublisherTest, ARefusedRecordIsSkippedWhereTheUserSaysSo) {
  sink_.answers = [](const pipeline::lanes::request& what, report& out) {
    for (std::size_t i = 0; i < what.records.size(); ++i)
      if (what.records[i]->value() == "too large") out.verdicts[i].what = fate::refused;
  };
  open({.on_refusal = refusal::skip});
  between_.send(batch_of({{"1", "too large"}, {"1", "b"}}));
  EXPECT_EQ(run_until_back(1), 1U);
  EXPECT_EQ(sink_.taken["1"], (std::vector<std::string>{"b"}));
}

TEST_F(PublisherTest, ARefusedRecordGoesToTheDeadLettersAndItsKeyWaitsForThat) {
  sink_.answers = [](const pipeline::lanes::request& what, report& out) {
    for (std::size_t i = 0; i < what.records.size(); ++i)
      if (what.records[i]->value() == "too large") {
        out.verdicts[i].what = fate::refused;
        out.because("too large");
      }
  };
  letters_.shut = true;
  open({.on_refusal = refusal::dead_letter});
  between_.send(batch_of({{"1", "too large"}, {"1", "b"}}));
  between_.send(batch_of({{"2", "c"}}));
  EXPECT_EQ(run_until_back(1), 1U);
  io_.run_for(50ms);
  EXPECT_EQ(between_.take_done(), nullptr) << "its bytes are kept nowhere yet";
  EXPECT_EQ(sink_.taken.count("1"), 0U);
  letters_.shut = false;
  EXPECT_EQ(run_until_back(2), 2U);
  ASSERT_EQ(letters_.kept.size(), 1U);
  EXPECT_EQ(letters_.kept[0], std::pair(std::string("too large"), std::string("too large")));
  EXPECT_EQ(sink_.taken["1"], (std::vector<std::string>{"b"}));
  EXPECT_EQ(counters_.dead_letters, 1U);
}

TEST_F(PublisherTest, StopsAlthoughDeadLettersCannotBeKept) {
  sink_.answers = [](const pipeline::lanes::request&, report& out) {
    out.verdicts[0].what = fate::refused;
  };
  letters_.shut = true;
  open({.on_refusal = refusal::dead_letter});
  between_.send(batch_of({{"1", "too large"}}));
  io_.run_for(20ms);
  publisher_->stop();
  io_.run_for(20ms);
  EXPECT_EQ(between_.take_done(), nullptr);
  EXPECT_EQ(counters_.dead_letters, 0U);
}

TEST_F(PublisherTest, ARefusedRecordGoesAgainShorterAndIsHeldOnlyWhenThatIsRefusedToo) {
  sink_.answers = [](const pipeline::lanes::request& what, report& out) {
    for (std::size_t i = 0; i < what.records.size(); ++i)
      if (what.records[i]->value().size() > 4) out.verdicts[i].what = fate::refused;
  };
  open({.shorten = [](std::string_view value) -> std::optional<std::string> {
    if (!value.starts_with("cut")) return std::nullopt;
    return std::string("cut");
  }});
  between_.send(batch_of({{"1", "cut me"}, {"1", "b"}}));
  between_.send(batch_of({{"2", "too large"}}));
  EXPECT_EQ(run_until_back(1), 1U);
  EXPECT_EQ(sink_.taken["1"], (std::vector<std::string>{"cut", "b"}));
  EXPECT_TRUE(run_until([&] { return counters_.held == 1; }));
  EXPECT_EQ(counters_.shortened, 1U);
}

TEST_F(PublisherTest, ValuesAreCompressedOnceAndRequestsPackedByWhatGoesOut) {
  const std::string value = "{" + std::string(5000, 'x') + "}";
  int refusals = 2;
  sink_.answers = [&](const pipeline::lanes::request& what, report& out) {
    if (refusals-- > 0) out.all(fate::again, what.records.size(), {.status = 500});
  };
  sink_.bytes_max = 1000;
  open({.values = compression::zstd});
  between_.send(batch_of({{"1", value}, {"2", value}, {"3", value}, {"4", ""}, {"5", "{}"}}));
  ASSERT_EQ(run_until_back(1), 1U);
  EXPECT_EQ(sink_.requests, 3) << "two that failed, and one of all five records";
  unpacker reader;
  for (const char* key : {"1", "2", "3"}) {
    EXPECT_LT(sink_.taken[key].at(0).size(), 100U);
    EXPECT_EQ(reader.unpack(sink_.taken[key].at(0)).value(), value);
  }
  EXPECT_EQ(sink_.taken["4"].at(0), "") << "a tombstone stays one";
  EXPECT_EQ(sink_.taken["5"].at(0), "{}") << "it would not be shorter";
  EXPECT_LT(counters_.bytes, 300U);
}

TEST_F(PublisherTest, ACompressedValueThatIsRefusedIsCutAsTheEventThatItIs) {
  const std::string value = "{cut me" + std::string(5000, 'x') + "}";
  unpacker reader;
  sink_.answers = [&](const pipeline::lanes::request& what, report& out) {
    if (reader.unpack(what.records[0]->value()).value() == value)
      out.verdicts[0].what = fate::refused;
  };
  open({.values = compression::gzip,
        .shorten = [&](std::string_view whole) -> std::optional<std::string> {
          EXPECT_EQ(whole, value);
          return "{" + std::string(3000, 'y') + "}";
        }});
  between_.send(batch_of({{"1", value}}));
  ASSERT_EQ(run_until_back(1), 1U);
  EXPECT_LT(sink_.taken["1"].at(0).size(), 100U);
  EXPECT_EQ(reader.unpack(sink_.taken["1"].at(0)).value(), "{" + std::string(3000, 'y') + "}");
}

TEST_F(PublisherTest, KeepsManyRequestsInFlightUnderLoadAndTheOrderOfEveryKey) {
  std::mt19937 random(5);
  sink_.latency = [&] { return std::chrono::microseconds(random() % 800); };
  sink_.answers = [&](const pipeline::lanes::request& what, report& out) {
    if (random() % 12 == 0)
      return out.all(fate::again, what.records.size(), {.status = 500, .code = "InternalFailure"});
    for (auto& v : out.verdicts)
      if (random() % 10 == 0) v.what = fate::again;
    out.because("InternalFailure: one of them");
  };
  open({.lanes = {.stream_order_below = 20}});
  constexpr std::size_t batch_count = 60;
  int number = 0;
  std::map<std::string, std::vector<std::string>> expected;
  for (std::size_t i = 0; i < batch_count; ++i) {
    std::vector<std::pair<std::string, std::string>> records;
    for (int r = 0; r < 100; ++r) {
      const std::string key = std::to_string(random() % 300), value = std::to_string(number++);
      records.emplace_back(key, value);
      expected[key].push_back(value);
    }
    between_.send(batch_of(std::move(records)));
  }
  ASSERT_EQ(run_until_back(batch_count), batch_count);
  EXPECT_EQ(sink_.taken, expected);
  EXPECT_GT(sink_.overlapping, 1);
}

}  // namespace
}  // namespace tidewire::sinks
