#include "relay/verdict.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace tidewire::relay {
namespace {

aws::failure failure(const char* code,
                     unsigned status = 400,
                     aws::remedy what = aws::remedy::none) {
  aws::failure f;
  f.code = code;
  f.status = status;
  f.what = what;
  return f;
}

TEST(Verdict, AnEntryThatIsMalformedIsDead) {
  EXPECT_EQ(judge_entry(failure("MalformedDetail")), verdict::dead);
  EXPECT_EQ(judge_entry(failure("InvalidArgument")), verdict::dead);
}

TEST(Verdict, AnEntryThatWasThrottledOrLacksRightsGoesAgain) {
  for (const char* code : {"ThrottlingException",
                           "InternalFailure",
                           "InternalException",
                           "AccessDeniedException",
                           "NotAuthorizedForSourceException",
                           "InvalidAccountIdException",
                           "SomethingNew"})
    EXPECT_EQ(judge_entry(failure(code)), verdict::again) << code;
}

TEST(Verdict, ARequestRefusedForItsContentIsDividedAndOneEntryAloneIsDead) {
  EXPECT_EQ(judge_request(failure("ValidationException"), 3), verdict::divided);
  EXPECT_EQ(judge_request(failure("ValidationException"), 1), verdict::dead);
  EXPECT_EQ(judge_request(failure("", 413), 2), verdict::divided);
  EXPECT_EQ(judge_request(failure("", 413), 1), verdict::dead);
}

TEST(Verdict, ARequestThatDidNotComeThroughGoesAgain) {
  EXPECT_EQ(judge_request(failure("AccessDeniedException"), 1), verdict::again);
  EXPECT_EQ(judge_request(failure("ResourceNotFoundException"), 1), verdict::again);
  EXPECT_EQ(judge_request(failure("ThrottlingException", 400, aws::remedy::slow_down), 1),
            verdict::again);
  EXPECT_EQ(judge_request(failure("InternalFailure", 500, aws::remedy::retry), 1), verdict::again);
  aws::failure network;
  network.transport = error_code(ECONNREFUSED, boost::system::system_category());
  EXPECT_EQ(judge_request(network, 1), verdict::again);
}

}  // namespace
}  // namespace tidewire::relay
