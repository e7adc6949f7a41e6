#include "rules/pattern.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <fstream>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

// The answers of the real matcher, event-ruler 2.1.0; see tests/vectors/eventpattern/README.md.

namespace tidewire::rules {
namespace {

struct vector_case {
  std::string id;
  std::string pattern;
  bool valid = false;
  std::string error;
  std::optional<std::string> event;
  bool match = false;
};

void PrintTo(const vector_case& c, std::ostream* out) {
  *out << c.id << ' ' << c.pattern << ' ' << c.event.value_or("");
}

std::vector<vector_case> read_cases() {
  std::ifstream file(TIDEWIRE_TESTS_DIR "/vectors/eventpattern/cases.jsonl");
  std::vector<vector_case> out;
  simdjson::dom::parser parser;
  for (std::string line; std::getline(file, line);) {
    const simdjson::dom::element row = parser.parse(line);
    if (row["quirk"].error() == simdjson::SUCCESS) continue;
    vector_case c;
    c.id = std::string(std::string_view(row["id"]));
    c.pattern = std::string(std::string_view(row["pattern"]));
    c.valid = row["valid"];
    if (std::string_view text; row["error"].get(text) == simdjson::SUCCESS)
      c.error = std::string(text);
    if (std::string_view text; row["event"].get(text) == simdjson::SUCCESS) {
      c.event = std::string(text);
      c.match = row["match"];
    }
    out.push_back(std::move(c));
  }
  return out;
}

class PatternVector : public testing::TestWithParam<vector_case> {};

TEST_P(PatternVector, IsAnsweredAsEventRulerDoes) {
  const vector_case& c = GetParam();
  const auto compiled = pattern::compile(c.pattern);
  ASSERT_EQ(compiled.has_value(), c.valid) << (compiled ? c.error : compiled.error().message);
  if (!compiled) {
    EXPECT_TRUE(compiled.error().message.starts_with("Event pattern is not valid. Reason: "));
    // Where event-ruler speaks of the pattern itself, the words are the same; exceptions of its
    // libraries differ.
    if (c.error.find("Exception") == std::string::npos) {
      EXPECT_EQ(compiled.error().message, "Event pattern is not valid. Reason: " + c.error);
    }
  } else if (c.event) {
    EXPECT_EQ(compiled->matches(*c.event), c.match);
  }
}

INSTANTIATE_TEST_SUITE_P(EventRuler,
                         PatternVector,
                         testing::ValuesIn(read_cases()),
                         [](const auto& instance) {
                           std::string name = instance.param.id;
                           for (char& c : name)
                             if (c == '-') c = '_';
                           return name + '_' + std::to_string(instance.index);
                         });

TEST(PatternVectors, AreThere) {
  EXPECT_GT(read_cases().size(), 400U);
}

}  // namespace
}  // namespace tidewire::rules
