#include "telemetry/registry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace tidewire::telemetry {
namespace {

using ::testing::HasSubstr;

TEST(Counter, AddsUp) {
  counter c;
  c.add();
  c.add(41);
  EXPECT_EQ(c.value(), 42U);
}

TEST(Counter, IsReadByOthersWhileItIsWritten) {
  counter c;
  std::thread writer([&] {
    for (int i = 0; i < 100'000; ++i) c.add();
  });
  std::uint64_t last = 0;
  while (last < 100'000) {
    const auto now = c.value();
    ASSERT_GE(now, last);
    last = now;
  }
  writer.join();
}

TEST(Histogram, CountsValuesUpToAndIncludingTheirBound) {
  histogram h({10, 100});
  for (const std::uint64_t value : {0U, 10U, 11U, 100U, 101U, 5000U}) h.record(value);
  EXPECT_EQ(h.count_at(0), 2U);
  EXPECT_EQ(h.count_at(1), 2U);
  EXPECT_EQ(h.count_at(2), 2U);
  EXPECT_EQ(h.sum(), 5222U);
}

TEST(Registry, PrintsEachKindForPrometheus) {
  registry all;
  all.add_counter("tidewire_events_total", "Events.", {{"op", "c"}}).add(3);
  all.add_counter("tidewire_events_total", "Events.", {{"op", "d"}}).add(1);
  all.add_gauge("tidewire_buffered_bytes", "Bytes in buffers.").set(-5);
  all.add_histogram("tidewire_request_ms", "Time of a request.", {1, 10}).record(7);
  all.add_computed("debezium_metrics_MilliSecondsBehindSource", "Lag.", [] { return 1.5; });
  const auto text = all.prometheus_text();
  EXPECT_THAT(text,
              HasSubstr("# TYPE tidewire_events_total counter\ntidewire_events_total{op=\"c\"} "
                        "3\ntidewire_events_total{op=\"d\"} 1\n"));
  EXPECT_THAT(text,
              HasSubstr("# HELP tidewire_buffered_bytes Bytes in buffers.\n# TYPE "
                        "tidewire_buffered_bytes gauge\ntidewire_buffered_bytes -5\n"));
  EXPECT_THAT(
      text,
      HasSubstr("tidewire_request_ms_bucket{le=\"1\"} 0\ntidewire_request_ms_bucket{le=\"10\"} "
                "1\ntidewire_request_ms_bucket{le=\"+Inf\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("tidewire_request_ms_sum 7\n"));
  EXPECT_THAT(text, HasSubstr("debezium_metrics_MilliSecondsBehindSource 1.5\n"));
}

TEST(Registry, AComputedFigureThatOnlyGrowsIsACounter) {
  registry all;
  all.add_computed_counter("tidewire_read_total", "Read.", [] { return 12.0; });
  EXPECT_THAT(all.prometheus_text(),
              HasSubstr("# TYPE tidewire_read_total counter\ntidewire_read_total 12\n"));
}

TEST(Registry, PrintsAFigureThatLivesElsewhere) {
  histogram delays({5});
  registry all;
  all.add_existing("tidewire_delay_ms", "Delay.", delays, {{"road", "a"}});
  delays.record(3);
  EXPECT_THAT(all.prometheus_text(),
              HasSubstr("tidewire_delay_ms_bucket{road=\"a\",le=\"5\"} 1\n"));
}

TEST(Registry, FiguresKeepTheirAddress) {
  registry all;
  auto& first = all.add_counter("tidewire_first", "");
  for (int i = 0; i < 1000; ++i) all.add_counter("tidewire_other_" + std::to_string(i), "");
  first.add(7);
  EXPECT_THAT(all.prometheus_text(), HasSubstr("tidewire_first 7\n"));
}

}  // namespace
}  // namespace tidewire::telemetry
