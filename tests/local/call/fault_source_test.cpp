#include "local/call/fault_source.hpp"

#include "local/call/token_bucket.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace tidewire::local {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(FaultSource, ReadsItsRates) {
  fault_rates rates;
  std::string problem;
  ASSERT_TRUE(parse_fault_rates(
      "throttle=0.05,partial=0.1,latency=10ms,reset=0.01,error500=1e-3", rates, problem))
      << problem;
  EXPECT_DOUBLE_EQ(rates.throttle, 0.05);
  EXPECT_DOUBLE_EQ(rates.error500, 0.001);
  EXPECT_EQ(rates.latency, 10ms);
  EXPECT_TRUE(rates.any());
  EXPECT_FALSE(fault_rates{}.any());
}

TEST(FaultSource, NamesWhatItCannotRead) {
  const auto problem_of = [](const char* text) {
    fault_rates rates;
    std::string problem;
    return parse_fault_rates(text, rates, problem) ? std::string("accepted") : problem;
  };
  EXPECT_EQ(problem_of(""), "accepted");
  EXPECT_EQ(problem_of("latency=2s"), "accepted");
  EXPECT_THAT(problem_of("thottle=0.1"), HasSubstr("unknown fault `thottle`"));
  EXPECT_THAT(problem_of("throttle=1.5"), HasSubstr("a share from 0 to 1, not `1.5`"));
  EXPECT_THAT(problem_of("throttle"), HasSubstr("a share"));
  EXPECT_THAT(problem_of("latency=fast"), HasSubstr("a time such as 10ms"));
  EXPECT_THAT(problem_of("throttle=0.6,reset=0.6"), HasSubstr("more than all requests"));
  EXPECT_THAT(problem_of("expired=0.6,cut=0.6"), HasSubstr("more than all requests"));
  EXPECT_THAT(problem_of("md5=2"), HasSubstr("md5 must be a share"));
}

TEST(FaultSource, TheSharesAreKept) {
  fault_source faults({.throttle = 0.2, .partial = 0.1, .reset = 0.1, .error500 = 0.05}, 1);
  std::map<request_fault, int> seen;
  int entries = 0;
  for (int i = 0; i < 100'000; ++i) {
    ++seen[faults.next_request()];
    entries += faults.entry_fails() ? 1 : 0;
  }
  EXPECT_NEAR(seen[request_fault::throttle], 20'000, 600);
  EXPECT_NEAR(seen[request_fault::reset_before], 5'000, 400);
  EXPECT_NEAR(seen[request_fault::reset_after], 5'000, 400);
  EXPECT_NEAR(seen[request_fault::error_before], 2'500, 300);
  EXPECT_NEAR(seen[request_fault::error_after], 2'500, 300);
  EXPECT_NEAR(entries, 10'000, 500);
}

TEST(FaultSource, OnlyTheFirstShardIsThrottledAlone) {
  fault_source faults({.shard = 0.25}, 3);
  EXPECT_TRUE(faults.fails_entries());
  int first = 0;
  for (int i = 0; i < 100'000; ++i) {
    first += faults.shard_refuses(0) ? 1 : 0;
    ASSERT_FALSE(faults.shard_refuses(1));
  }
  EXPECT_NEAR(first, 25'000, 700);
}

TEST(FaultSource, CredentialsExpireAnswersAreCutAndDigestsLie) {
  fault_source faults({.expired = 0.1, .cut = 0.2, .md5 = 0.3}, 4);
  std::map<request_fault, int> seen;
  int lies = 0;
  for (int i = 0; i < 100'000; ++i) {
    ++seen[faults.next_request()];
    lies += faults.md5_lies() ? 1 : 0;
  }
  EXPECT_NEAR(seen[request_fault::expired], 10'000, 500);
  EXPECT_NEAR(seen[request_fault::cut], 20'000, 600);
  EXPECT_NEAR(lies, 30'000, 700);
}

TEST(FaultSource, ASeedIsASequenceAndEntriesDoNotMoveRequests) {
  fault_source one({.throttle = 0.5, .partial = 0.5}, 7);
  fault_source two({.throttle = 0.5, .partial = 0.5}, 7);
  fault_source other({.throttle = 0.5, .partial = 0.5}, 8);
  std::vector<request_fault> a;
  std::vector<request_fault> b;
  std::vector<request_fault> c;
  for (int i = 0; i < 64; ++i) {
    a.push_back(one.next_request());
    two.entry_fails();
    b.push_back(two.next_request());
    c.push_back(other.next_request());
  }
  EXPECT_EQ(a, b);
  EXPECT_NE(a, c);
}

TEST(TokenBucket, SavesUpToItsBound) {
  const std::chrono::system_clock::time_point start{1'800'000'000s};
  token_bucket bucket(10, 5);
  EXPECT_TRUE(bucket.try_take(5, start));
  EXPECT_FALSE(bucket.try_take(1, start));
  EXPECT_TRUE(bucket.try_take(1, start + 100ms));
  EXPECT_FALSE(bucket.try_take(6, start + 10s));
  EXPECT_TRUE(bucket.try_take(5, start + 10s));
}

}  // namespace
}  // namespace tidewire::local
