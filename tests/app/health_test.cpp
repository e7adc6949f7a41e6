#include "app/health.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire::app {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct fixed_source : health_source {
  bool alive = true;
  std::vector<health_check> checks{{.name = "postgres", .up = true}, {.name = "sink", .up = true}};

  bool live() const override { return alive; }
  std::vector<health_check> readiness() const override { return checks; }
};

http::response get(const health_source& source,
                   const std::string& target,
                   const std::string& method = "GET") {
  const telemetry::registry figures;
  return answer_page(
      {.method = method, .target = target, .headers = {}, .body = {}}, source, figures);
}

TEST(HealthPages, LivenessLooksAsQuarkusShapesIt) {
  const auto page = get(fixed_source(), "/q/health/live");
  EXPECT_EQ(page.status, 200U);
  EXPECT_THAT(http::find_header(page.headers, "content-type"), StartsWith("application/json"));
  EXPECT_EQ(page.body,
            "{\n    \"status\": \"UP\",\n    \"checks\": [\n        {\n            \"name\": "
            "\"debezium\",\n"
            "            \"status\": \"UP\"\n        }\n    ]\n}");
}

TEST(HealthPages, AllChecksStandOnTheWholePage) {
  const auto page = get(fixed_source(), "/q/health");
  for (const auto* name : {"debezium", "postgres", "sink"})
    EXPECT_THAT(page.body, HasSubstr("\"name\": \"" + std::string(name) + "\""));
}

TEST(HealthPages, OneCheckDownTakesThePageDownAndSaysWhy) {
  fixed_source source;
  source.checks[1] = {.name = "sink", .up = false, .data = {{"reason", "stream \"a\" is missing"}}};
  for (const auto* target : {"/q/health", "/q/health/ready", "/q/health/ready/", "/q/health?x=1"}) {
    const auto page = get(source, target);
    EXPECT_EQ(page.status, 503U) << target;
    EXPECT_THAT(page.body, StartsWith("{\n    \"status\": \"DOWN\"")) << target;
    EXPECT_THAT(page.body,
                HasSubstr("\"data\": {\n                \"reason\": \"stream \\\"a\\\" is "
                          "missing\"\n            }"));
  }
  EXPECT_EQ(get(source, "/q/health/live").status, 200U) << "a closed road is no reason to restart";
}

TEST(HealthPages, ADeadEngineIsDownEverywhereButInReadiness) {
  fixed_source source;
  source.alive = false;
  EXPECT_EQ(get(source, "/q/health/live").status, 503U);
  EXPECT_EQ(get(source, "/q/health").status, 503U);
  EXPECT_EQ(get(source, "/q/health/ready").status, 200U);
}

TEST(HealthPages, NoChecksIsUp) {
  fixed_source source;
  source.checks.clear();
  EXPECT_EQ(get(source, "/q/health/ready").body,
            "{\n    \"status\": \"UP\",\n    \"checks\": [\n    ]\n}");
}

TEST(HealthPages, MetricsAreForPrometheus) {
  telemetry::registry figures;
  figures.add_counter("tidewire_events_total", "Events.").add(9);
  const auto page = answer_page(
      {.method = "GET", .target = "/metrics", .headers = {}, .body = {}}, fixed_source(), figures);
  EXPECT_EQ(page.status, 200U);
  EXPECT_THAT(page.body, HasSubstr("tidewire_events_total 9\n"));
  EXPECT_THAT(http::find_header(page.headers, "content-type"), HasSubstr("version=0.0.4"));
}

TEST(HealthPages, OtherPagesAndMethodsAreRefused) {
  EXPECT_EQ(get(fixed_source(), "/").status, 404U);
  EXPECT_EQ(get(fixed_source(), "/q/health/started").status, 404U);
  const auto page = get(fixed_source(), "/q/health", "POST");
  EXPECT_EQ(page.status, 405U);
  EXPECT_EQ(http::find_header(page.headers, "Allow"), "GET");
}

}  // namespace
}  // namespace tidewire::app
