#include "telemetry/log_form.hpp"

#include <gtest/gtest.h>

namespace tidewire::telemetry {
namespace {

constexpr std::chrono::system_clock::time_point noon{std::chrono::milliseconds{1'700'000'000'007}};

TEST(LogForm, ATextLineHasTimeLevelRoomAndMessage) {
  EXPECT_EQ(format_log_line(log_form::text, noon, level::warning, "config", "look here"),
            "2023-11-14T22:13:20.007Z WARN  [config] look here");
}

TEST(LogForm, ATextLineIsOneLine) {
  EXPECT_EQ(format_log_line(log_form::text, noon, level::warning, "sinks", "a\n\nb\r\nc"),
            "2023-11-14T22:13:20.007Z WARN  [sinks] a b c");
}

TEST(LogForm, AJsonLineEscapesItsTexts) {
  EXPECT_EQ(
      format_log_line(log_form::json, noon, level::error, "sinks", "a \"b\"\nc"),
      R"({"timestamp":"2023-11-14T22:13:20.007Z","level":"ERROR","loggerName":"sinks","message":"a \"b\"\nc"})");
}

TEST(Log, WhatIsBelowTheLowestLevelIsNotEnabled) {
  set_log_level(level::warning);
  EXPECT_FALSE(log_enabled(level::info));
  EXPECT_TRUE(log_enabled(level::warning));
  EXPECT_TRUE(log_enabled(level::error));
  set_log_level(level::info);
  EXPECT_TRUE(log_enabled(level::info));
  EXPECT_FALSE(log_enabled(level::debug));
}

TEST(Log, WritesOneLineOnStandardErrorInTheChosenForm) {
  testing::internal::CaptureStderr();
  log(level::info, "test", "{} and {}", 1, "two");
  log(level::debug, "test", "not printed");
  set_log_json(true);
  log(level::error, "test", "three");
  set_log_json(false);
  const auto out = testing::internal::GetCapturedStderr();
  EXPECT_NE(out.find(" INFO  [test] 1 and two\n"), std::string::npos) << out;
  EXPECT_EQ(out.find("not printed"), std::string::npos) << out;
  EXPECT_NE(out.find(R"("level":"ERROR","loggerName":"test","message":"three"})"),
            std::string::npos)
      << out;
}

}  // namespace
}  // namespace tidewire::telemetry
