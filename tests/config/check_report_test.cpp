#include "config/check_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire::config {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

check_report report_of(const std::string& text) {
  return check_text(text, "app.properties", [](std::string_view) { return std::nullopt; });
}

TEST(CheckReport, TellsOneOfEachClass) {
  const auto report = report_of(
      "debezium.source.slot.name=mine\n"
      "debezium.source.database.history=x\n"
      "debezium.source.table.ignore.builtin=false\n"
      "debezium.format.value=avro\n"
      "debezium.source.nosuch=1\n");
  ASSERT_EQ(report.properties.size(), 5U);
  EXPECT_EQ(report.properties[0].how, support::honoured);
  EXPECT_EQ(report.properties[0].place, "app.properties:1");
  EXPECT_EQ(report.properties[1].how, support::harmless);
  EXPECT_THAT(report.properties[1].remark, Not(IsEmpty()));
  EXPECT_EQ(report.properties[2].how, support::not_yet);
  EXPECT_EQ(report.properties[3].how, support::refused);
  EXPECT_EQ(report.properties[4].how, std::nullopt);
  EXPECT_EQ(report.warnings.size(), 2U);
  EXPECT_THAT(report.problems, ::testing::Contains(HasSubstr("debezium.format.value=avro")));
}

TEST(CheckReport, HidesSecrets) {
  const auto report = report_of(
      "debezium.source.database.password=hunter2\ndebezium.source.column.mask.hash.MD5.with.salt."
      "pepper=a.b.c\n");
  EXPECT_EQ(report.properties[0].value, "******");
  EXPECT_THAT(report.properties[1].name, Not(HasSubstr("pepper")));
}

TEST(CheckReport, GoesOnBehindABadValue) {
  const auto report =
      report_of("debezium.source.database.port=x\ndebezium.source.slot.name=mine\n");
  EXPECT_EQ(report.properties.size(), 2U);
  EXPECT_THAT(report.problems,
              ::testing::Contains(HasSubstr("debezium.source.database.port=x is not allowed")));
}

}  // namespace
}  // namespace tidewire::config
