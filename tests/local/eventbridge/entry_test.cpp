#include "local/eventbridge/entry.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace tidewire::local {
namespace {

using namespace std::chrono_literals;

const identity who{.account = "111122223333", .region = "eu-central-1"};
constexpr std::chrono::sys_seconds now{1'795'330'376s};  // 2026-11-22T06:52:56Z

put_entry_view complete() {
  put_entry_view out;
  out.source = "postgres.cdc";
  out.detail_type = "cdc";
  out.detail = R"({"a": 1})";
  return out;
}

TEST(EventEntry, IsRenderedInTheOrderOfEventBridgeWithItsDetailAsSent) {
  EXPECT_EQ(
      render_event(complete(), "7a6b", who, now),
      R"({"version":"0","id":"7a6b","detail-type":"cdc","source":"postgres.cdc","account":"111122223333",)"
      R"("time":"2026-11-22T06:52:56Z","region":"eu-central-1","resources":[],"detail":{"a": 1}})");
}

TEST(EventEntry, IsRenderedWithItsOwnTimeInWholeSecondsAndItsResources) {
  const auto given = boost::json::parse(
      R"({"Source":"a\"b","DetailType":"t","Detail":"{}","Time":1795330000.987,"Resources":["x","y"],"EventBusName":"shop"})");
  const auto entry = read_put_entry(given.get_object());
  EXPECT_EQ(entry.bus, "shop");
  const auto text = render_event(entry, "1", who, now);
  EXPECT_NE(text.find(R"("source":"a\"b")"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("time":"2026-11-22T06:46:40Z")"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("resources":["x","y"])"), std::string::npos) << text;
}

TEST(EventEntry, GoesToTheDefaultBusUnlessItNamesOne) {
  EXPECT_EQ(read_put_entry({}).bus, "default");
}

TEST(EventEntry, CountsItsBytesAndFourteenForATime) {
  auto entry = complete();
  EXPECT_EQ(entry_size(entry), 12U + 3U + 8U);
  entry.time = now;
  entry.resources = {"abc"};
  EXPECT_EQ(entry_size(entry), 12U + 3U + 8U + 14U + 3U);
}

TEST(EventEntry, IsRefusedWithoutSourceDetailTypeOrDetail) {
  auto entry = complete();
  entry.source = {};
  EXPECT_EQ(entry_problem(entry)->code, "InvalidArgument");
  EXPECT_EQ(entry_problem(entry)->message,
            "Parameter Source is not valid. Reason: Source is a required argument.");
  entry = complete();
  entry.detail_type = {};
  EXPECT_EQ(entry_problem(entry)->message,
            "Parameter DetailType is not valid. Reason: DetailType is a required argument.");
  entry = complete();
  entry.detail = {};
  EXPECT_EQ(entry_problem(entry)->message,
            "Parameter Detail is not valid. Reason: Detail is a required argument.");
  EXPECT_FALSE(is_complete(entry));
}

TEST(EventEntry, IsRefusedWhenItsDetailIsNoJsonObject) {
  for (const auto* detail : {"x",
                             "[]",
                             "5",
                             "{",
                             "{}x",
                             "{\"a\":01}",
                             "\"a\"",
                             "{\"a\":\"\x01\"}",
                             "{\"a\":\"\xff\"}"}) {
    auto entry = complete();
    entry.detail = detail;
    ASSERT_TRUE(entry_problem(entry)) << detail;
    EXPECT_EQ(entry_problem(entry)->code, "MalformedDetail");
    EXPECT_EQ(entry_problem(entry)->message, "Detail is malformed.");
  }
}

TEST(EventEntry, IsRefusedWhenItsDetailIsDeeperThanAThousandLevels) {
  const auto nested = [](std::size_t depth) {
    std::string text;
    for (std::size_t i = 1; i < depth; ++i) text += "{\"a\":";
    return text + "{}" + std::string(depth - 1, '}');
  };
  const auto fits = nested(1000);
  const auto too_deep = nested(1001);
  auto entry = complete();
  entry.detail = fits;
  EXPECT_FALSE(entry_problem(entry));
  entry.detail = too_deep;
  EXPECT_TRUE(entry_problem(entry));
}

TEST(EventEntry, IsRefusedWithASourceOfAwsOrALongDetailType) {
  auto entry = complete();
  entry.source = "aws.ec2";
  EXPECT_EQ(entry_problem(entry)->code, "NotAuthorizedForSourceException");
  entry = complete();
  const std::string fits(128, 't');
  entry.detail_type = fits;
  EXPECT_FALSE(entry_problem(entry));
  const std::string too_long(129, 't');
  entry.detail_type = too_long;
  EXPECT_EQ(entry_problem(entry)->code, "InvalidArgument");
}

}  // namespace
}  // namespace tidewire::local
