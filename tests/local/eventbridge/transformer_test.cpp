#include "local/eventbridge/transformer.hpp"

#include <gtest/gtest.h>

namespace tidewire::local {
namespace {

constexpr std::string_view event =
    R"({"version":"0","id":"7b","detail-type":"cdc","source":"shop","resources":["r0","r1"],)"
    R"("detail":{"after":{"id":7,"na me":"a\"b","tags":["x","y"],"none":null},"op":"u"}})";

event_context context() {
  return {.rule_arn = "arn:aws:events:us-east-1:1:rule/r",
          .rule_name = "r",
          .ingestion_time = "2026-01-02T03:04:05Z",
          .event = event};
}

std::string filled(std::map<std::string, std::string> paths, std::string text) {
  input_transformer transformer{.paths = {}, .text = std::move(text)};
  for (const auto& [name, path] : paths)
    transformer.paths.emplace(name, json_path::read(path).value());
  return fill_template(transformer, context());
}

std::optional<std::string> at(std::string_view path) {
  return json_path::read(path).value().extract(event);
}

TEST(JsonPath, FindsMembersElementsAndTheWhole) {
  EXPECT_EQ(at("$.detail.op"), R"("u")");
  EXPECT_EQ(at("$.detail.after.id"), "7");
  EXPECT_EQ(at("$.resources[1]"), R"("r1")");
  EXPECT_EQ(at("$.detail.after['na me']"), R"("a\"b")");
  EXPECT_EQ(at("$.detail.after.tags"), R"(["x","y"])");
  EXPECT_EQ(at("$.detail-type"), R"("cdc")");
  EXPECT_EQ(at("$.detail.after.none"), "null");
  EXPECT_EQ(at("$"), event);
}

TEST(JsonPath, GathersWhatAStarFindsIntoAnArray) {
  EXPECT_EQ(at("$.resources[*]"), R"(["r0","r1"])");
  EXPECT_EQ(at("$.detail.after.tags.*"), R"(["x","y"])");
}

TEST(JsonPath, FindsNothingWhereThePathEnds) {
  EXPECT_EQ(at("$.detail.before.id"), std::nullopt);
  EXPECT_EQ(at("$.resources[2]"), std::nullopt);
  EXPECT_EQ(at("$.source.x"), std::nullopt);
  EXPECT_EQ(at("$.detail[0]"), std::nullopt);
}

TEST(JsonPath, RefusesWhatIsNoPath) {
  for (const auto* text :
       {"", "detail", "$detail", "$.", "$..a", "$.a[", "$.a[x]", "$.a[1", "$.a[-1]", "$.a[]"})
    EXPECT_FALSE(json_path::read(text)) << text;
}

TEST(InputTransformer, QuotesStringsOutsideOfQuotesOnly) {
  EXPECT_EQ(filled({{"op", "$.detail.op"}, {"id", "$.detail.after.id"}},
                   R"({"op":<op>,"text":"<op> of <id>","id":<id>})"),
            R"({"op":"u","text":"u of 7","id":7})");
}

TEST(InputTransformer, KeepsEscapesOfTheEvent) {
  EXPECT_EQ(filled({{"n", "$.detail.after['na me']"}}, R"({"a":<n>,"b":"it is <n>"})"),
            R"({"a":"a\"b","b":"it is a\"b"})");
}

TEST(InputTransformer, PutsObjectsAndArraysAsJsonAndWithoutQuotesInsideOfQuotes) {
  EXPECT_EQ(filled({{"t", "$.detail.after.tags"}}, R"({"t":<t>,"s":"tags: <t>"})"),
            R"({"t":["x","y"],"s":"tags: [x,y]"})");
}

TEST(InputTransformer, LeavesNothingWhereTheEventHasNothing) {
  EXPECT_EQ(filled({{"m", "$.detail.missing"}}, R"({"a":<m>,"b":"[<m>]"})"),
            R"({"a":"","b":"[]"})");
}

TEST(InputTransformer, KnowsTheReservedNames) {
  EXPECT_EQ(
      filled({}, "<aws.events.rule-name> <aws.events.rule-arn> <aws.events.event.ingestion-time>"),
      R"("r" "arn:aws:events:us-east-1:1:rule/r" "2026-01-02T03:04:05Z")");
  EXPECT_EQ(filled({}, R"({"whole":<aws.events.event.json>})"),
            R"({"whole":)" + std::string(event) + "}");
  EXPECT_EQ(
      filled({}, "<aws.events.event>"),
      R"({"version":"0","id":"7b","detailType":"cdc","source":"shop","resources":["r0","r1"]})");
}

TEST(InputTransformer, LeavesEscapedQuotesAndLoneBracketsAlone) {
  EXPECT_EQ(filled({{"op", "$.detail.op"}}, R"("<op> is \"<op>\" < 5")"), R"("u is \"u\" < 5")");
}

TEST(InputTransformer, ListsThePlaceholdersOfATemplate) {
  EXPECT_EQ(placeholders_of("<a> b <c><a> <d"), (std::vector<std::string_view>{"a", "c", "a"}));
}

}  // namespace
}  // namespace tidewire::local
