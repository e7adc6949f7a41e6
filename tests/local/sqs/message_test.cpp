#include "local/sqs/message.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>

namespace tidewire::local {
namespace {

namespace json = boost::json;

TEST(SqsMessage, TheMd5OfAttributesIsBotosExample) {
  // hashlib.md5 over the bytes as the developer guide lays them out, for {"a": String "x", "b":
  // Binary 01 02, "n": Number "1.5"}.
  const auto attributes = json::parse(
      R"({"n":{"DataType":"Number","StringValue":"1.5"},"a":{"DataType":"String","StringValue":"x"},"b":{"DataType":"Binary","BinaryValue":"AQI="}})");
  EXPECT_EQ(md5_of_attributes(attributes.as_object()), "504f888c4e847632c6a3580ae010adbf");
  EXPECT_EQ(md5_of_attributes({}), "");
}

TEST(SqsMessage, OnlyTheCharactersOfXmlAreAllowed) {
  for (const auto* const good : {"", "a\t\r\n", "ü☃", "\xf0\x9f\x98\x80", "\xef\xbf\xbd", "\x7f"})
    EXPECT_TRUE(has_only_allowed_characters(good)) << good;
  for (const auto* const bad : {"\x01",
                                "\x1f",
                                "\xef\xbf\xbe",
                                "\xed\xa0\x80",
                                "\xc0\x80",
                                "\xff",
                                "\xe2\x98",
                                "\xf4\x90\x80\x80"})
    EXPECT_FALSE(has_only_allowed_characters(bad)) << bad;
  EXPECT_FALSE(has_only_allowed_characters(std::string_view("\0", 1)));
}

TEST(SqsMessage, AttributesAreChecked) {
  const auto refused = [](const char* text) {
    return check_message_attributes(json::parse(text).as_object()).has_value();
  };
  EXPECT_FALSE(refused(R"({"a.b-c_1":{"DataType":"String.custom","StringValue":"x"}})"));
  for (const auto* const bad : {R"({"":{"DataType":"String","StringValue":"x"}})",
                                R"({"AWS.x":{"DataType":"String","StringValue":"x"}})",
                                R"({"a":{"DataType":"Float","StringValue":"x"}})",
                                R"({"a":{"DataType":"String","StringValue":""}})",
                                R"({"a":{"StringValue":"x"}})",
                                R"({"a":{"DataType":"Number","StringValue":"x"}})",
                                R"({"a":{"DataType":"Binary","BinaryValue":"?"}})",
                                R"({"a":1})",
                                R"({"a..b":{"DataType":"String","StringValue":"x"}})"})
    EXPECT_TRUE(refused(bad)) << bad;
  json::object many;
  for (int i = 0; i < 11; ++i)
    many[std::to_string(i)] = {{"DataType", "String"}, {"StringValue", "x"}};
  EXPECT_TRUE(check_message_attributes(many).has_value());
}

}  // namespace
}  // namespace tidewire::local
