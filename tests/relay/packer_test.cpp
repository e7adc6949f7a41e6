#include "relay/packer.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace tidewire::relay {
namespace {

using std::chrono::milliseconds;
using time_point = packer::clock::time_point;

relay_entry entry(const std::string& key, std::uint64_t number, std::size_t size = 100) {
  relay_entry e;
  e.key = key;
  e.detail = "{}";
  e.size = size;
  e.number = number;
  return e;
}

std::vector<std::uint64_t> numbers(const std::vector<relay_entry*>& request) {
  std::vector<std::uint64_t> all;
  for (const auto* e : request) all.push_back(e->number);
  return all;
}

constexpr time_point start{};

TEST(Packer, FillsARequestUpToTenEntriesOfDifferentKeys) {
  packer pack({}, 1);
  for (std::uint64_t i = 0; i < 12; ++i) pack.add(entry("k" + std::to_string(i), i));
  EXPECT_EQ(pack.take(start).size(), 10U);
  EXPECT_EQ(numbers(pack.take(start)), (std::vector<std::uint64_t>{10, 11}));
  EXPECT_TRUE(pack.take(start).empty());
  EXPECT_EQ(pack.entry_count(), 12U);
}

TEST(Packer, StopsARequestBeforeTheByteLimit) {
  packer pack({.entries_max = 10, .bytes_max = 250}, 1);
  for (std::uint64_t i = 0; i < 3; ++i) pack.add(entry("k" + std::to_string(i), i));
  EXPECT_EQ(numbers(pack.take(start)), (std::vector<std::uint64_t>{0, 1}));
  EXPECT_EQ(numbers(pack.take(start)), (std::vector<std::uint64_t>{2}));
}

TEST(Packer, SendsALargerEntryAlone) {
  packer pack({.entries_max = 10, .bytes_max = 250}, 1);
  pack.add(entry("a", 0));
  pack.add(entry("b", 1, 900));
  pack.add(entry("c", 2));
  EXPECT_EQ(numbers(pack.take(start)), (std::vector<std::uint64_t>{0}));
  EXPECT_EQ(numbers(pack.take(start)), (std::vector<std::uint64_t>{1}));
  EXPECT_EQ(numbers(pack.take(start)), (std::vector<std::uint64_t>{2}));
}

TEST(Packer, LetsNoSecondEntryOfAKeyGoBeforeTheFirstIsFinished) {
  packer pack({}, 1);
  pack.add(entry("a", 0));
  pack.add(entry("a", 1));
  pack.add(entry("b", 2));
  const auto first = pack.take(start);
  EXPECT_EQ(numbers(first), (std::vector<std::uint64_t>{0, 2}));
  EXPECT_TRUE(pack.take(start).empty());
  pack.finished(first[0]);
  EXPECT_EQ(numbers(pack.take(start)), (std::vector<std::uint64_t>{1}));
}

TEST(Packer, HoldsBackAKeyWhoseEntryWaitsForItsNextAttemptWhileOthersGoOn) {
  packer pack({.backoff_first = milliseconds(100)}, 1);
  pack.add(entry("a", 0));
  pack.add(entry("a", 1));
  const auto first = pack.take(start);
  pack.failed(first[0], start, milliseconds(50));
  pack.add(entry("b", 2));
  EXPECT_EQ(numbers(pack.take(start)), (std::vector<std::uint64_t>{2}));
  const auto due = pack.next_due();
  ASSERT_TRUE(due);
  EXPECT_GE(*due, start + milliseconds(50));
  EXPECT_LE(*due, start + milliseconds(100));
  const auto again = pack.take(*due);
  EXPECT_EQ(numbers(again), (std::vector<std::uint64_t>{0}));
  EXPECT_EQ(again[0]->attempts, 1);
  EXPECT_FALSE(pack.next_due());
}

TEST(Packer, BacksOffLongerWithEachFailureUpToItsCeiling) {
  packer pack({.backoff_first = milliseconds(100), .backoff_max = milliseconds(400)}, 7);
  pack.add(entry("a", 0));
  time_point now = start;
  for (int attempt = 0; attempt < 70; ++attempt) {
    const auto request = pack.take(now);
    ASSERT_EQ(request.size(), 1U);
    pack.failed(request[0], now);
    const auto wait = *pack.next_due() - now;
    EXPECT_LE(wait, milliseconds(std::min(400, 100 << std::min(attempt, 8))));
    now = *pack.next_due();
  }
}

TEST(Packer, TakesAReturnedRequestFirstAndInItsOrder) {
  packer pack({.entries_max = 2}, 1);
  for (std::uint64_t i = 0; i < 4; ++i) pack.add(entry("k" + std::to_string(i), i));
  const auto first = pack.take(start);
  pack.returned(first);
  EXPECT_EQ(numbers(pack.take(start)), (std::vector<std::uint64_t>{0, 1}));
  EXPECT_EQ(numbers(pack.take(start)), (std::vector<std::uint64_t>{2, 3}));
}

TEST(Packer, SendsEachEntryOfADividedRequestAlone) {
  packer pack({}, 1);
  for (std::uint64_t i = 0; i < 3; ++i) pack.add(entry("k" + std::to_string(i), i));
  const auto whole = pack.take(start);
  for (auto* e : whole) e->alone = true;
  pack.returned(whole);
  for (std::uint64_t i = 0; i < 3; ++i)
    EXPECT_EQ(numbers(pack.take(start)), (std::vector<std::uint64_t>{i}));
}

TEST(Packer, CountsTheBytesThatAreNotFinished) {
  packer pack({}, 1);
  pack.add(entry("a", 0, 10));
  pack.add(entry("a", 1, 20));
  EXPECT_EQ(pack.byte_count(), 30U);
  pack.finished(pack.take(start)[0]);
  EXPECT_EQ(pack.byte_count(), 20U);
  pack.finished(pack.take(start)[0]);
  EXPECT_EQ(pack.byte_count(), 0U);
  EXPECT_EQ(pack.entry_count(), 0U);
}

/// A bus that takes, refuses or loses entries at random, with several requests under way that end
/// in any order.
TEST(Packer, KeepsEveryKeysOrderAndLosesNothingUnderRandomFailures) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    std::mt19937_64 random(seed);
    packer pack({.entries_max = 10, .bytes_max = 1000}, seed);
    std::map<std::string, std::vector<std::uint64_t>> put;
    std::map<std::string, std::vector<std::uint64_t>> landed;
    std::vector<std::vector<relay_entry*>> under_way;
    time_point now = start;
    std::uint64_t added = 0;
    constexpr std::uint64_t entries = 2000;
    while (added < entries || pack.entry_count() > 0) {
      for (int i = 0; i < 20 && added < entries; ++i, ++added) {
        const std::string key = "k" + std::to_string(random() % 30);
        pack.add(entry(key, added, 50 + random() % 1200));
        put[key].push_back(added);
      }
      while (under_way.size() < 4) {
        auto request = pack.take(now);
        if (request.empty()) break;
        std::set<std::string> keys;
        for (const auto* e : request)
          EXPECT_TRUE(keys.insert(e->key).second) << "two entries of a key in a request";
        for (const auto& other : under_way)
          for (const auto* e : other)
            EXPECT_FALSE(keys.contains(e->key)) << "two entries of a key under way";
        under_way.push_back(std::move(request));
      }
      if (under_way.empty()) {
        ASSERT_TRUE(pack.next_due());
        now = *pack.next_due();
        continue;
      }
      const auto which = random() % under_way.size();
      auto request = std::move(under_way[which]);
      under_way.erase(under_way.begin() + static_cast<std::ptrdiff_t>(which));
      if (random() % 10 == 0) {
        pack.returned(request);
        continue;
      }
      for (auto* e : request) {
        if (random() % 5 == 0) {
          pack.failed(e, now);
        } else {
          landed[e->key].push_back(e->number);
          pack.finished(e);
        }
      }
      now += milliseconds(random() % 50);
    }
    EXPECT_EQ(landed, put) << "seed " << seed;
  }
}

}  // namespace
}  // namespace tidewire::relay
