#include "telemetry/process_figures.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <string>

namespace tidewire::telemetry {
namespace {

// A line of proc(5), with the fields that are read at 14, 15, 22 and 24.
const std::string fields = "S 1 2 3 0 -1 4194560 7 0 0 0 120 30 0 0 20 0 3 0 987 1024 55 99";

double figure(const registry& of, const std::string& name) {
  const auto text = of.prometheus_text();
  const auto at = text.find("\n" + name + " ");
  return at == std::string::npos ? -2 : std::stod(text.substr(at + name.size() + 2));
}

TEST(ProcessFigures, AreReadBehindANameThatHoldsAnything) {
  for (const std::string name : {"tidewire", "a) S 9 (b", ""}) {
    const auto times = parse_process_stat("42 (" + name + ") " + fields + "\n");
    ASSERT_TRUE(times) << name;
    EXPECT_EQ(times->cpu_ticks, 150U) << "in user mode and in the kernel";
    EXPECT_EQ(times->start_ticks, 987U);
    EXPECT_EQ(times->resident_pages, 55U);
  }
}

TEST(ProcessFigures, AnotherFormIsNone) {
  for (const std::string text : {"", "42", "42 (tidewire)", "42 (tidewire) S 1 2 3"})
    EXPECT_FALSE(parse_process_stat(text)) << text;
}

TEST(ProcessFigures, TellOfThisProcess) {
  registry all;
  add_process_figures(all);
  EXPECT_GT(figure(all, "process_resident_memory_bytes"), 100'000);
  EXPECT_GE(figure(all, "process_cpu_seconds_total"), 0);
  EXPECT_GE(figure(all, "process_open_fds"), 3);
  const auto now = static_cast<double>(std::time(nullptr));
  EXPECT_NEAR(figure(all, "process_start_time_seconds"), now, 3600) << "Unix time";
}

}  // namespace
}  // namespace tidewire::telemetry
