/// Every configuration that a real Debezium Server was recorded with must start here, or be refused
/// for a reason that a user can read; those that must be refused are.

#include "base/startup_error.hpp"
#include "config/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace tidewire::config {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::filesystem::path golden() {
  return std::filesystem::path(TIDEWIRE_TESTS_DIR) / "golden";
}

/// The base file with a case's lines over it, as the runner of the golden cases makes it.
std::string configuration_of(const std::string& name) {
  std::vector<std::pair<std::string, std::string>> lines;
  for (const auto& path :
       {golden() / "base.properties", golden() / "cases" / name / "config.properties"}) {
    std::istringstream in(contents(path));
    for (std::string line; std::getline(in, line);) {
      const auto equals = line.find('=');
      if (equals == std::string::npos) continue;
      const auto key = line.substr(0, equals);
      std::erase_if(lines, [&](const auto& one) { return one.first == key; });
      if (line.substr(equals + 1) != "<unset>") lines.emplace_back(key, line.substr(equals + 1));
    }
  }
  std::string text;
  for (const auto& [key, value] : lines) text += key + "=" + value + "\n";
  text = std::regex_replace(text, std::regex("@(PG|KINESIS)_PORT@"), "5555");
  return std::regex_replace(text, std::regex("@RUN@"), "/tmp/run");
}

/// The problems of a case's configuration; empty where it starts.
std::string problems_of(const std::string& name) {
  try {
    const auto accepted = settings::parse(
        configuration_of(name), name, [](std::string_view) { return std::nullopt; }, {});
    return {};
  } catch (const startup_error& error) {
    EXPECT_EQ(error.exit_code(), 2);
    return error.what();
  }
}

/// Case names of a kind, out of the manifest; its entries are one line each way.
std::map<std::string, std::string> manifest() {
  const auto text = contents(golden() / "manifest.json");
  std::map<std::string, std::string> entries;
  const std::regex entry("\"([a-z0-9_A-Z]+)\": *\\{([^{}]*)\\}");
  for (std::sregex_iterator i(text.begin(), text.end(), entry), end; i != end; ++i)
    entries[(*i)[1]] = (*i)[2];
  return entries;
}

bool has(const std::string& entry, const char* name, const char* value) {
  return std::regex_search(entry, std::regex(std::string("\"") + name + "\": *\"" + value + "\""));
}

TEST(GoldenSettings, EveryRecordedConfigurationStartsOrSaysWhyNot) {
  int started = 0;
  int refused = 0;
  for (const auto& [name, entry] : manifest()) {
    if (!has(entry, "kind", "events") || !std::filesystem::exists(golden() / "cases" / name))
      continue;
    const auto problems = problems_of(name);
    ++(problems.empty() ? started : refused);
    if (!problems.empty()) {
      EXPECT_THAT(problems, HasSubstr("not supported yet")) << name;
    }
  }
  EXPECT_GT(started, 80);
  EXPECT_LT(refused, 10) << "only transforms and CloudEvents";
  RecordProperty("started", started);
  RecordProperty("refused", refused);
}

TEST(GoldenSettings, WhatMustBeRefusedIs) {
  int count = 0;
  for (const auto& [name, entry] : manifest()) {
    if (!has(entry, "expect", "refuses")) continue;
    ++count;
    EXPECT_THAT(problems_of(name), HasSubstr(name + ":")) << "with the place";
  }
  EXPECT_GE(count, 7);
}

TEST(GoldenSettings, TheSeedsFileStartsWithOneWarning) {
  const auto seed = settings::load(std::string(TIDEWIRE_TESTS_DIR) + "/seed/application.properties",
                                   [](std::string_view) { return std::nullopt; },
                                   {});
  ASSERT_EQ(seed.warnings().size(), 1U);
  EXPECT_THAT(seed.warnings().front().message,
              HasSubstr("did you mean debezium.source.column.exclude.list?"));
}

}  // namespace
}  // namespace tidewire::config
