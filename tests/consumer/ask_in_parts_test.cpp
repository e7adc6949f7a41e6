#include "consumer/ask_in_parts.hpp"

#include "consumer/queue.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tidewire::consumer {
namespace {

aws::failure failure_of(std::string code) {
  aws::failure why;
  why.code = std::move(code);
  return why;
}

/// A service that is asked in parts, fails entries of some numbers, and whole parts that hold
/// others.
class service {
 public:
  std::map<std::size_t, std::string> ask(std::size_t count) {
    asio::io_context io(1);
    std::optional<aws::entry_failures> failures;
    ask_part part = [&](std::size_t begin, std::size_t end) { return answer(io, begin, end); };
    asio::co_spawn(io,
                   ask_in_parts(io.get_executor(), count, std::move(part)),
                   [&](std::exception_ptr error, aws::entry_failures all) {
                     EXPECT_FALSE(error);
                     failures = std::move(all);
                   });
    io.run();
    std::map<std::size_t, std::string> codes;
    for (const auto& [index, why] : failures.value()) codes[index] = why.code;
    return codes;
  }

  std::vector<std::size_t> failing;
  std::optional<std::size_t> breaking;
  std::vector<std::pair<std::size_t, std::size_t>> asked;
  int at_a_time_max = 0;

 private:
  aws::call<aws::entry_failures> answer(asio::io_context& io, std::size_t begin, std::size_t end) {
    asked.emplace_back(begin, end);
    at_a_time_max = std::max(at_a_time_max, ++at_a_time_);
    co_await sleep(io.get_executor(), std::chrono::milliseconds(1));
    --at_a_time_;
    if (breaking && *breaking >= begin && *breaking < end) co_return failure_of("broken");
    aws::entry_failures some;
    for (const auto index : failing)
      if (index >= begin && index < end) some.emplace_back(index - begin, failure_of("failed"));
    co_return some;
  }

  int at_a_time_ = 0;
};

TEST(AskInParts, AsksNothingForNothing) {
  service s;
  EXPECT_TRUE(s.ask(0).empty());
  EXPECT_TRUE(s.asked.empty());
}

TEST(AskInParts, ABatchIsOnePart) {
  service s;
  EXPECT_TRUE(s.ask(10).empty());
  EXPECT_EQ(s.asked.size(), 1U);
}

TEST(AskInParts, AsksForEachEntryOnceInWholeRequestsFourPartsAtATime) {
  for (const std::size_t count : {11U, 40U, 41U, 95U, 1234U}) {
    service s;
    s.ask(count);
    std::size_t next = 0;
    for (const auto& [begin, end] : s.asked) {
      EXPECT_EQ(begin, next);
      EXPECT_EQ(begin % 10, 0U);
      next = end;
    }
    EXPECT_EQ(next, count);
    EXPECT_LE(s.asked.size(), 4U);
    EXPECT_EQ(s.at_a_time_max, static_cast<int>(s.asked.size()));
  }
}

TEST(AskInParts, TellsFailuresByTheirIndexInTheWhole) {
  service s;
  s.failing = {3, 25, 94};
  s.breaking = 31;
  const auto codes = s.ask(95);
  EXPECT_EQ(codes.at(3), "failed");
  EXPECT_EQ(codes.at(25), "failed");
  EXPECT_EQ(codes.at(94), "failed");
  for (std::size_t index = 30; index < 60; ++index) EXPECT_EQ(codes.at(index), "broken") << index;
  EXPECT_EQ(codes.size(), 33U);
}

}  // namespace
}  // namespace tidewire::consumer
