#include "postgres/plugin_parameters.hpp"

#include <gtest/gtest.h>

namespace tidewire::postgres {
namespace {

constexpr int version_13 = 130011;
constexpr int version_15 = 150002;

TEST(PluginParameters, NameThePublicationAndTheProtocol) {
  EXPECT_EQ(pgoutput_parameters("my \"p\"", version_13, false, {}),
            (plugin_parameters{{"proto_version", "1"}, {"publication_names", "\"my \"\"p\"\"\""}}));
}

TEST(PluginParameters, AskForWhatTheServerKnows) {
  EXPECT_EQ(pgoutput_parameters("p", version_15, true, {}),
            (plugin_parameters{{"proto_version", "2"},
                               {"publication_names", "\"p\""},
                               {"streaming", "on"},
                               {"messages", "true"}}));
}

TEST(PluginParameters, WhatIsGivenWins) {
  EXPECT_EQ(
      pgoutput_parameters("p", version_15, false, {{"messages", "false"}, {"origin", "none"}}),
      (plugin_parameters{{"proto_version", "1"},
                         {"publication_names", "\"p\""},
                         {"messages", "false"},
                         {"origin", "none"}}));
}

}  // namespace
}  // namespace tidewire::postgres
