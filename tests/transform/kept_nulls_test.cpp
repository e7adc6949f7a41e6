#include "changes.hpp"

#include <gmock/gmock.h>

#include <string>

/// Where the converter keeps nulls, it shows which structs a transform copied: Kafka Connect's
/// Struct.get gives a member's default in place of a null.
namespace tidewire::transform::test {
namespace {

using ::testing::HasSubstr;

constexpr transformed_output::options keeping_nulls{.key_schemas = false,
                                                    .value_schemas = false,
                                                    .key_nulls_as_default = false,
                                                    .value_nulls_as_default = false};

message row_without_a_time() {
  return change("c", "null", R"({"id":1,"name":"Ann","at":null})");
}

definition unwrap(option_list options = {}) {
  return step_of(debezium + "ExtractNewRecordState", std::move(options), "unwrap");
}

std::string made(const std::vector<definition>& steps) {
  return only(steps, row_without_a_time(), keeping_nulls).value;
}

const std::string kept = R"("at":null)";
const std::string replaced = R"("at":5)";

TEST(KeptNulls, AreDefaultsWhereTheConverterReplacesThem) {
  EXPECT_THAT(only({unwrap()}, row_without_a_time(), without_schemas).value, HasSubstr(replaced));
  EXPECT_THAT(made({unwrap()}), HasSubstr(kept));
}

TEST(KeptNulls, AreDefaultsBehindATransformThatCopiedTheStruct) {
  const std::vector<definition> copies = {
      step_of(kafka + "InsertField$Value", {{"static.field", "x"}, {"static.value", "y"}}),
      step_of(kafka + "ReplaceField$Value", {{"exclude", "name"}}),
      step_of(kafka + "MaskField$Value", {{"fields", "name"}}),
      step_of(kafka + "Cast$Value", {{"spec", "name:string"}}),
      step_of(kafka + "TimestampConverter$Value", {{"field", "none"}, {"target.type", "Date"}}),
      step_of(kafka + "Flatten$Value"),
      step_of(kafka + "SetSchemaMetadata$Value", {{"schema.name", "n"}}),
      step_of(kafka + "HeaderFrom$Value",
              {{"fields", "name"}, {"headers", "h"}, {"operation", "move"}})};
  for (const definition& step : copies)
    EXPECT_THAT(made({unwrap(), step}), HasSubstr(replaced)) << step.class_name;
  EXPECT_EQ(made({unwrap(), step_of(kafka + "ExtractField$Value", {{"field", "at"}})}), "5");
  EXPECT_THAT(made({unwrap({{"delete.handling.mode", "rewrite"}})}), HasSubstr(replaced));
}

TEST(KeptNulls, StayInStructsThatWereHandedOn) {
  const definition insert =
      step_of(kafka + "InsertField$Value", {{"static.field", "x"}, {"static.value", "y"}});
  EXPECT_THAT(made({insert}), HasSubstr(kept)) << "only the envelope was copied";
  EXPECT_THAT(made({step_of(kafka + "HoistField$Value", {{"field", "f"}})}), HasSubstr(kept));
}

TEST(KeptNulls, AreDefaultsInTheRowsOfAByLogicalTableRouter) {
  const definition route = step_of(debezium + "ByLogicalTableRouter",
                                   {{"topic.regex", ".*"}, {"topic.replacement", "all"}});
  EXPECT_THAT(made({route}), HasSubstr(replaced));
}

TEST(KeptNulls, AreDefaultsInAKeyThatIsMadeOfThem) {
  const message out = only({unwrap(), step_of(kafka + "ValueToKey", {{"fields", "at"}})},
                           row_without_a_time(),
                           keeping_nulls);
  EXPECT_EQ(out.key, R"({"at":5})");
  EXPECT_THAT(out.value, HasSubstr(kept));
}

}  // namespace
}  // namespace tidewire::transform::test
