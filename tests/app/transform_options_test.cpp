#include "app/engine_options.hpp"
#include "base/startup_error.hpp"
#include "config/transform_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::app {
namespace {

template <class Table>
std::vector<std::string_view> honoured(const Table& table) {
  std::vector<std::string_view> names;
  for (const auto& one : table)
    if (one.how == config::support::honoured) names.push_back(one.name);
  return names;
}

TEST(TransformOptions, TheClassesThatTheTableHonoursAreThoseThatThereAre) {
  EXPECT_THAT(transform::transform_classes(),
              ::testing::UnorderedElementsAreArray(honoured(config::transform_classes())));
  EXPECT_THAT(transform::predicate_classes(),
              ::testing::UnorderedElementsAreArray(honoured(config::predicate_classes())));
}

config::settings settings_of(const std::string& more) {
  const std::string text =
      "debezium.source.connector.class=io.debezium.connector.postgresql.PostgresConnector\n"
      "debezium.source.database.hostname=h\ndebezium.source.database.user=u\ndebezium.source."
      "database.password=p\n"
      "debezium.source.database.dbname=d\ndebezium.source.topic.prefix=s\ndebezium.sink.type="
      "stdout\n" +
      more;
  return config::settings::parse(
      text, "app.properties", [](std::string_view) { return std::nullopt; }, {});
}

TEST(TransformOptions, EventsGetSchemasWhereTransformsReadThemWhateverLeavesTheEngine) {
  const std::string bare = "debezium.format.schemas.enable=false\n";
  const std::string unwrap =
      "debezium.transforms=u\ndebezium.transforms.u.type=io.debezium.transforms."
      "ExtractNewRecordState\n";
  const std::string route =
      "debezium.transforms=r\ndebezium.transforms.r.type=org.apache.kafka.connect.transforms."
      "RegexRouter\n"
      "debezium.transforms.r.regex=(.*)\ndebezium.transforms.r.replacement=x-$1\n";
  EXPECT_EQ(reader_options_of(settings_of(bare)).transforms.steps, nullptr);
  const auto read = reader_options_of(settings_of(bare + unwrap));
  ASSERT_NE(read.transforms.steps, nullptr);
  EXPECT_TRUE(read.events.key_schemas && read.events.value_schemas);
  EXPECT_FALSE(read.transforms.out.key_schemas || read.transforms.out.value_schemas);
  const auto routed = reader_options_of(settings_of(bare + route));
  EXPECT_FALSE(routed.events.key_schemas || routed.events.value_schemas);
}

/// What a wrong transform is answered with.
std::string refusal_of(const std::string& lines) {
  try {
    transform_options_of(settings_of(lines));
    return "accepted";
  } catch (const startup_error& error) {
    return error.what();
  }
}

TEST(TransformOptions, WhatIsWrongIsToldWithItsPlaceInTheFile) {
  const std::string outbox =
      "debezium.transforms=o\ndebezium.transforms.o.type=io.debezium.transforms.outbox."
      "EventRouter\ndebezium.transforms.o.table.op.invalid.behavior=foo\n";
  EXPECT_EQ(refusal_of(outbox),
            "app.properties:10: debezium.transforms.o.table.op.invalid.behavior=foo is not "
            "allowed: one of warn, error, fatal");
  const std::string router =
      "debezium.transforms=r\ndebezium.transforms.r.type=io.debezium.transforms."
      "ByLogicalTableRouter\n";
  EXPECT_THAT(refusal_of(router),
              ::testing::StartsWith("app.properties:9: debezium.transforms.r.topic.regex is not"));
  EXPECT_THAT(refusal_of("\ntidewire.filter.f.pattern={\n"),
              ::testing::StartsWith("app.properties:9: tidewire.filter.f.pattern={"));
}

}  // namespace
}  // namespace tidewire::app
