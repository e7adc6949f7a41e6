#include "config/unknown_variables.hpp"

#include "settings_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire::config {
namespace {

using test::base;
using test::environment_of;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> warnings_of(const test::variables& set, const std::string& more = "") {
  std::vector<std::string> names;
  for (const auto& [name, text] : set) names.push_back(name);
  const auto s =
      settings::parse(base + more, "app.properties", environment_of(set), {.variables = names});
  std::vector<std::string> texts;
  for (const auto& one : s.warnings()) texts.push_back(one.message);
  return texts;
}

TEST(UnknownVariables, AMisspeltOneIsToldWithTheNearest) {
  EXPECT_THAT(
      warnings_of({{"TIDEWIRE_MEMORY_BUDGT", "1MiB"}, {"DEBEZIUM_SOURCE_DATABSE_PORT", "1"}}),
      ElementsAre("environment variable DEBEZIUM_SOURCE_DATABSE_PORT is of no known property and "
                  "has no effect; did you mean DEBEZIUM_SOURCE_DATABASE_PORT?",
                  "environment variable TIDEWIRE_MEMORY_BUDGT is of no known property and has "
                  "no effect; did you mean TIDEWIRE_MEMORY_BUDGET?"));
}

TEST(UnknownVariables, WhatSetsAPropertyOrIsNoneIsNotToldOf) {
  EXPECT_THAT(warnings_of({{"TIDEWIRE_MEMORY_BUDGET", "64MiB"},
                           {"DEBEZIUM_SOURCE_SLOT_NAME", ""},
                           {"DEBEZIUM_VERSION", "2.5"},
                           {"TIDEWIRE", "x"},
                           {"PATH", "/bin"}}),
              IsEmpty());
}

TEST(UnknownVariables, OneWithAFreePartNeedsSomethingThatItIsOf) {
  const test::variables set{{"TIDEWIRE_RELAY_S1_BUS", "b"}};
  EXPECT_THAT(warnings_of(set, "tidewire.relay.streams=s1\n"), IsEmpty());
  EXPECT_THAT(warnings_of(set),
              ElementsAre("environment variable TIDEWIRE_RELAY_S1_BUS has no effect: it may be "
                          "tidewire.relay.<stream>.bus, and the file names nothing that fits"));
}

}  // namespace
}  // namespace tidewire::config
