#include "local/call/input_reader.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace tidewire::local {
namespace {

boost::json::object members(std::string_view json) {
  return boost::json::parse(json).as_object();
}

std::string message(const input_reader& in) {
  const auto problem = in.problem();
  return problem ? problem->message : "fine";
}

TEST(InputReader, TellsEveryViolationAtOnce) {
  const auto input = members(R"({"Limit":0,"Name":"a b"})");
  input_reader in(input);
  in.text("ShardId", {.required = true});
  in.number("Limit", {.min = 1});
  in.text("Name", {.shape = input_reader::pattern::name});
  EXPECT_EQ(
      message(in),
      "3 validation errors detected: Value null at 'shardId' failed to satisfy constraint: Member "
      "must not be null; Value '0' at 'limit' failed to satisfy constraint: Member must have value "
      "greater than or equal to 1; Value 'a b' at 'name' failed to satisfy constraint: Member must "
      "satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
}

TEST(InputReader, CountsAListAndMeasuresWhatIsInIt) {
  const auto input = members(R"({"Keys":["a",""],"Many":["a","b","c"],"Few":[]})");
  constexpr input_reader::element_rule each{.length_min = 1, .length_max = 128};
  input_reader in(input);
  EXPECT_NE(in.texts("Keys", {}, each), nullptr);
  EXPECT_EQ(message(in),
            "1 validation error detected: Value '[a, ]' at 'keys' failed to satisfy constraint: "
            "Member must satisfy constraint: [Member must have length less than or equal to 128, "
            "Member must have length greater than or equal to 1]");
  input_reader counted(input);
  counted.texts("Many", {.count_max = 2}, each);
  counted.texts("Few", {.count_min = 1}, each);
  EXPECT_EQ(message(counted),
            "2 validation errors detected: Value '[a, b, c]' at 'many' failed to satisfy "
            "constraint: Member must have length less than or equal to 2; Value '[]' at 'few' "
            "failed to satisfy constraint: Member must have length greater than or equal to 1");
}

TEST(InputReader, MeasuresTheKeysAndTheValuesOfAMap) {
  const auto input = members(R"({"Tags":{"":"long"}})");
  input_reader in(input);
  in.text_map("Tags", {.count_min = 1}, {.length_min = 1, .length_max = 3}, {.length_max = 3});
  EXPECT_EQ(message(in),
            "2 validation errors detected: Value '{=long}' at 'tags' failed to satisfy constraint: "
            "Map keys must satisfy constraint: [Member must have length less than or equal to 3, "
            "Member must have length greater than or equal to 1]; Value '{=long}' at 'tags' failed "
            "to satisfy constraint: Map value must satisfy constraint: [Member must have length "
            "less than or equal to 3, Member must have length greater than or equal to 0]");
}

TEST(InputReader, SaysWhereInTheDepthsAMemberStands) {
  const auto input = members(R"({"Targets":[{},{"RetryPolicy":{"Attempts":-1}}]})");
  input_reader in(input);
  const auto* const targets = in.array("Targets", {.required = true});
  ASSERT_NE(targets, nullptr);
  auto second = in.element("Targets", *targets, 1);
  ASSERT_TRUE(second.has_value());
  auto policy = second->inside("RetryPolicy");
  ASSERT_TRUE(policy.has_value());
  policy->number("Attempts", {.min = 0});
  second->add(*policy);
  in.add(*second);
  EXPECT_EQ(message(in),
            "1 validation error detected: Value '-1' at 'targets.2.member.retryPolicy.attempts' "
            "failed to satisfy constraint: Member must have value greater than or equal to 0");
}

TEST(InputReader, AWrongTypeComesBeforeAllElse) {
  const auto input = members(R"({"Name":"","Limit":"x"})");
  input_reader in(input);
  in.text("Name", {.length_min = 1});
  in.number("Limit", {});
  EXPECT_EQ(in.problem()->code, "SerializationException");
  EXPECT_EQ(message(in), "STRING_VALUE can not be converted to an Integer");
}

TEST(TextPattern, IsThatOfTheServiceModels) {
  using enum text_pattern;
  const std::string arn = "arn:aws:events:eu-west-1:000000000000:event-bus/";
  EXPECT_TRUE(fits(name, "a.B-9_"));
  EXPECT_FALSE(fits(name, ""));
  EXPECT_FALSE(fits(event_name, "a/b"));
  EXPECT_TRUE(fits(event_bus, "aws.partner/x"));
  EXPECT_TRUE(fits(bus_or_arn, arn + "b"));
  EXPECT_FALSE(fits(bus_or_arn, arn));
  EXPECT_FALSE(fits(event_bus, arn + "b"));
  EXPECT_TRUE(fits(decimal, "0"));
  EXPECT_FALSE(fits(decimal, "01"));
  EXPECT_TRUE(fits(action, "events:PutEvents"));
  EXPECT_FALSE(fits(action, "events:"));
  EXPECT_TRUE(fits(principal, "*"));
  EXPECT_FALSE(fits(principal, "12345678901"));
  EXPECT_FALSE(fits(statement_id, "a.b"));
  EXPECT_TRUE(fits(any, ""));
}

}  // namespace
}  // namespace tidewire::local
