#include "config/property_table.hpp"

#include "config/suggestion.hpp"
#include "config/value_syntax.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace tidewire::config {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<const property*> all_rows() {
  std::vector<const property*> rows;
  for (const auto& family : property_families())
    for (const auto& row : family.properties) rows.push_back(&row);
  return rows;
}

/// The name with something in each placeholder's stead.
std::string example_of(std::string_view pattern) {
  std::string name;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '<') {
      name.push_back(pattern[i]);
      continue;
    }
    const auto end = pattern.find('>', i);
    name += pattern.substr(i, end - i + 1) == "<number>" ? "12" : "kinesis.inventory.products";
    i = end;
  }
  return name;
}

/// Names in backquotes at the start of the rows of a section of golden/properties.md.
std::vector<std::string> documented_names(int section) {
  std::ifstream file(std::string(TIDEWIRE_TESTS_DIR) + "/golden/properties.md");
  EXPECT_TRUE(file);
  std::vector<std::string> names;
  int at = 0;
  const std::regex quoted("`([^`]+)`");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) ++at;
    if (at != section || !line.starts_with("| `")) continue;
    const auto first_cell = line.substr(0, line.find(" |", 2));
    for (std::sregex_iterator i(first_cell.begin(), first_cell.end(), quoted), end; i != end; ++i)
      names.push_back((*i)[1]);
  }
  return names;
}

TEST(PropertyTable, HoldsEveryPropertyOfTheConnector) {
  for (const int section : {1, 2}) {
    const auto names = documented_names(section);
    EXPECT_GT(names.size(), 40U);
    for (auto name : names) {
      name = std::regex_replace(name, std::regex("\\((d\\+|\\[\\^\\.\\]\\+|\\.\\+)\\)"), "12");
      const auto* row = find_property("debezium.source." + name);
      ASSERT_NE(row, nullptr) << name;
      EXPECT_FALSE(row->name.ends_with("<option>")) << name << " has no row of its own";
    }
  }
}

TEST(PropertyTable, HoldsEveryPropertyOfTheServer) {
  const auto names = documented_names(3);
  EXPECT_GT(names.size(), 25U);
  for (auto name : names) {
    name = std::regex_replace(name, std::regex("<[^>]+>"), "value");
    name = std::regex_replace(name, std::regex("\\*"), "schemas.enable");
    if (name == ".max.ms") name = "debezium.source.errors.retry.delay.max.ms";
    EXPECT_NE(find_property(name), nullptr) << name;
  }
}

TEST(PropertyTable, EachRowIsComplete) {
  std::set<std::string_view> seen;
  for (const auto* row : all_rows()) {
    EXPECT_TRUE(seen.insert(row->name).second) << row->name << " stands twice";
    EXPECT_FALSE(row->meaning.empty()) << row->name;
    EXPECT_TRUE(row->meaning.ends_with('.')) << row->name;
    EXPECT_EQ(row->how != support::honoured, !row->remark.empty())
        << row->name << ": a remark says why it is not honoured";
    EXPECT_LE(row->lowest, row->highest) << row->name;
    const bool choice = row->type == value_type::choice || row->type == value_type::choice_list;
    EXPECT_EQ(choice, !row->allowed.empty()) << row->name;
    for (const auto& alias : row->aliases)
      EXPECT_THAT(row->allowed, Contains(alias.meant)) << row->name;
  }
}

TEST(PropertyTable, EveryDefaultIsAllowedAndHonoured) {
  for (const auto* row : all_rows()) {
    if (!row->initial) continue;
    const auto checked = check_value(*row, *row->initial);
    ASSERT_TRUE(std::holds_alternative<std::string>(checked)) << row->name;
    EXPECT_EQ(std::get<std::string>(checked), *row->initial) << row->name;
    const auto how = judge_value(*row, *row->initial).how;
    EXPECT_TRUE(how == support::honoured || how == support::harmless) << row->name;
  }
}

TEST(PropertyTable, FindsRowsByNameAndByPattern) {
  for (const auto* row : all_rows())
    EXPECT_EQ(find_property(example_of(row->name)), row) << row->name;
  EXPECT_EQ(find_property("debezium.source.column.mask.with.x.chars"), nullptr);
  EXPECT_EQ(find_property("tidewire.relay.kinesis.inventory.products.detail-type")->name,
            "tidewire.relay.<stream>.detail-type");
  EXPECT_EQ(find_property("debezium.transforms.unwrap.type")->name,
            "debezium.transforms.<name>.type");
  EXPECT_EQ(find_property("debezium.source.TOPIC.prefix"), nullptr) << "names have their case";
}

TEST(PropertyTable, SecretsAndSaltsAreHidden) {
  EXPECT_EQ(shown_value("debezium.source.database.password", "hunter2"), "******");
  EXPECT_EQ(shown_value("debezium.source.offset.storage.redis.password", "hunter2"), "******");
  EXPECT_EQ(shown_value("debezium.source.database.user", "postgres"), "postgres");
  EXPECT_EQ(shown_name("debezium.source.column.mask.hash.SHA-256.with.salt.CzQMA0cB5K"),
            "debezium.source.column.mask.hash.SHA-256.with.salt.******");
}

TEST(Suggestion, CountsLettersAndSwaps) {
  EXPECT_EQ(spelling_distance("exclude", "exclude"), 0U);
  EXPECT_EQ(spelling_distance("exclude", "exculde"), 1U);
  EXPECT_EQ(spelling_distance("exclude", "exclde"), 1U);
  EXPECT_EQ(spelling_distance("exclude", "excludee"), 1U);
  EXPECT_EQ(spelling_distance("exclude", "exclvde"), 1U);
  EXPECT_EQ(spelling_distance("", "abc"), 3U);
  EXPECT_EQ(spelling_distance("a.<name>.type", "a.anything.at.all.type"), 0U);
  EXPECT_EQ(spelling_distance("a.<name>.type", "a.anything.tpye"), 1U);
  EXPECT_EQ(spelling_distance("mask.<number>.chars", "mask.123.chasr"), 1U);
  EXPECT_EQ(spelling_distance("mask.<number>.chars", "mask.1x3.chars"), 1U);
}

/// The plain way to do the same. `*` stands for anything, `#` for digits.
std::size_t plain_distance(const std::string& pattern, const std::string& name) {
  std::vector<std::vector<std::size_t>> d(pattern.size() + 1,
                                          std::vector<std::size_t>(name.size() + 1));
  for (std::size_t i = 0; i <= pattern.size(); ++i)
    for (std::size_t j = 0; j <= name.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      const char letter = pattern[i - 1];
      const char c = name[j - 1];
      const bool any = letter == '*' || (letter == '#' && c >= '0' && c <= '9');
      const bool same = any || letter == c;
      d[i][j] = std::min(
          {d[i - 1][j] + 1, d[i][j - 1] + (any ? 0U : 1U), d[i - 1][j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && letter == name[j - 2] && pattern[i - 2] == c)
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[pattern.size()][name.size()];
}

std::string with_placeholders(const std::string& pattern) {
  std::string text;
  for (const char c : pattern)
    text += c == '*'   ? std::string("<name>")
            : c == '#' ? std::string("<number>")
                       : std::string(1, c);
  return text;
}

TEST(Suggestion, CountsAsThePlainWayDoes) {
  std::mt19937 random(3);
  const auto any_text = [&](std::string_view letters) {
    std::string text(random() % 12, ' ');
    for (char& c : text) c = letters[random() % letters.size()];
    return text;
  };
  for (std::size_t i = 0; i < 20'000; ++i) {
    const auto pattern = any_text(i % 2 == 0 ? "ab" : "ab1ab1*#");
    const auto name = any_text("ab1");
    const auto distance = plain_distance(pattern, name);
    const std::size_t at_most = i % 5;
    ASSERT_EQ(spelling_distance(with_placeholders(pattern), name, at_most),
              std::min(distance, at_most + 1))
        << pattern << ' ' << name;
    ASSERT_EQ(spelling_distance(with_placeholders(pattern), name), distance)
        << pattern << ' ' << name;
  }
}

TEST(Suggestion, FindsTheSeedsMisspelling) {
  EXPECT_THAT(suggest_names("debezium.source.column.exculde.list"),
              ElementsAre("debezium.source.column.exclude.list"));
}

TEST(Suggestion, FindsNamesWithoutTheirPrefix) {
  EXPECT_THAT(suggest_names("table.include.list"),
              ElementsAre("debezium.source.table.include.list"));
  EXPECT_THAT(suggest_names("topic.prefx"), ElementsAre("debezium.source.topic.prefix"));
}

TEST(Suggestion, FindsANameWithALetterLeftOutOfTwoThatAreSwapped) {
  EXPECT_THAT(suggest_names("tidewi.rspill.max"), ElementsAre("tidewire.spill.max"));
}

TEST(Suggestion, SaysNothingWhereNothingIsNear) {
  EXPECT_TRUE(suggest_names("my.own.thing").empty());
}

/// All texts that are one letter away: taken out, put in, replaced, swapped.
std::vector<std::string> one_letter_off(const std::string& name, std::mt19937& random) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz.-";
  std::uniform_int_distribution<std::size_t> any(0, letters.size() - 1);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    out.push_back(name.substr(0, i) + name.substr(i + 1));
    out.push_back(name.substr(0, i) + letters[any(random)] + name.substr(i));
    out.push_back(name.substr(0, i) + letters[any(random)] + name.substr(i + 1));
    if (i + 1 < name.size())
      out.push_back(name.substr(0, i) + name[i + 1] + name[i] + name.substr(i + 2));
  }
  return out;
}

void expect_suggested(const property& row, const std::string& misspelt, int& tried) {
  const auto* fits = find_property(misspelt);
  if (fits != nullptr && (!fits->is_pattern() || row.is_pattern()))
    return;  // a name by its own right
  if (fits != nullptr && !fits->name.ends_with("<option>"))
    return;  // of a pattern that says what it stands for
  ++tried;
  EXPECT_THAT(fits != nullptr ? suggest_near_names(misspelt) : suggest_names(misspelt),
              Contains(std::string(row.name)))
      << misspelt;
}

/// A few of them, other ones for each name and always the same.
std::vector<std::string> some_letters_off(const std::string& name,
                                          std::size_t count_max,
                                          std::mt19937& random) {
  auto texts = one_letter_off(name, random);
  std::shuffle(texts.begin(), texts.end(), random);
  texts.resize(std::min(texts.size(), count_max));
  return texts;
}

TEST(Suggestion, FindsEveryNameFromOneLetterOff) {
  std::mt19937 random(7);
  int tried = 0;
  for (const auto* row : all_rows())
    for (const auto& misspelt : some_letters_off(example_of(row->name), 10, random))
      expect_suggested(*row, misspelt, tried);
  EXPECT_GT(tried, 2'000);
}

TEST(Suggestion, FindsEveryNameFromTwoLettersOff) {
  std::mt19937 random(11);
  int tried = 0;
  for (const auto* row : all_rows())
    for (const auto& once : some_letters_off(example_of(row->name), 3, random))
      for (const auto& misspelt : some_letters_off(once, 3, random))
        expect_suggested(*row, misspelt, tried);
  EXPECT_GT(tried, 2'000);
}

}  // namespace
}  // namespace tidewire::config
