#include "config/expansion.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tidewire::config {
namespace {

const std::map<std::string, std::string, std::less<>> known = {{"HOST", "db.example"},
                                                               {"PORT", "5433"},
                                                               {"KIND", "HO"},
                                                               {"INDIRECT", "${HOST}:${PORT}"},
                                                               {"LOOP", "${LOOP}"},
                                                               {"A", "${B}"},
                                                               {"B", "x${A}"},
                                                               {"EMPTY", ""}};

std::variant<std::string, expansion_fault> expanded(std::string_view text) {
  return expand(text, [](std::string_view name) -> std::optional<std::string> {
    const auto found = known.find(name);
    if (found == known.end()) return std::nullopt;
    return found->second;
  });
}

void expect_text(std::string_view text, std::string_view wanted) {
  const auto result = expanded(text);
  ASSERT_TRUE(std::holds_alternative<std::string>(result))
      << text << ": " << std::get<expansion_fault>(result).message;
  EXPECT_EQ(std::get<std::string>(result), wanted) << text;
}

std::string fault_of(std::string_view text) {
  const auto result = expanded(text);
  if (const auto* fault = std::get_if<expansion_fault>(&result)) return fault->message;
  ADD_FAILURE() << text << " gave " << std::get<std::string>(result);
  return {};
}

TEST(Expansion, PutsValuesInPlaceOfNames) {
  expect_text("jdbc://${HOST}:${PORT}/x", "jdbc://db.example:5433/x");
  expect_text("plain", "plain");
  expect_text("", "");
}

TEST(Expansion, TakesTheDefaultWhereNothingIsFound) {
  expect_text("${NOWHERE:localhost}", "localhost");
  expect_text("${NOWHERE:}", "");
  expect_text("${HOST:localhost}", "db.example");
  expect_text("${NOWHERE:http://host:80}", "http://host:80");
}

TEST(Expansion, NestsInNamesAndDefaults) {
  expect_text("${NOWHERE:${PORT}}", "5433");
  expect_text("${NOWHERE:${NOT:${HOST}}}!", "db.example!");
  expect_text("${${KIND}ST}", "db.example");
  expect_text("${${NOWHERE:HOST}:x}", "db.example");
}

TEST(Expansion, ExpandsWhatItFound) {
  expect_text("${INDIRECT}", "db.example:5433");
}

TEST(Expansion, LeavesEscapedDollarsAndOtherDollarsAlone) {
  expect_text("\\${routedByValue}", "${routedByValue}");
  expect_text("$${HOST}", "${HOST}");
  expect_text("$1.all and InsertField$Value $", "$1.all and InsertField$Value $");
  expect_text("back\\slash ${PORT}", "back\\slash 5433");
}

TEST(Expansion, MissingNamesWithoutDefaultAreFaultsThatNameThem) {
  EXPECT_NE(fault_of("x${NOWHERE}y").find("${NOWHERE}"), std::string::npos);
}

TEST(Expansion, UnclosedExpressionsAreFaults) {
  EXPECT_NE(fault_of("${HOST").find("not closed"), std::string::npos);
  EXPECT_NE(fault_of("${A:${B}").find("not closed"), std::string::npos);
}

TEST(Expansion, EscapesInsideAnExpressionDoNotOpenAnother) {
  expect_text("${NOWHERE:$${x}", "${x");
  EXPECT_NE(fault_of("${d\\${d}B=${a}:}").find("${"), std::string::npos)
      << "found by fuzzing: it did not end";
}

TEST(Expansion, CirclesAreFaultsAndNotEndless) {
  EXPECT_NE(fault_of("${LOOP}").find("without end"), std::string::npos);
  EXPECT_NE(fault_of("${A}").find("without end"), std::string::npos);
}

TEST(Expansion, TextsThatDoubleAtEachStepAreFaults) {
  const auto doubling = [](std::string_view name) -> std::optional<std::string> {
    const int level = std::stoi(std::string(name));
    if (level == 0) return std::string(1000, 'x');
    const auto inner = "${" + std::to_string(level - 1) + "}";
    return inner + inner;
  };
  EXPECT_TRUE(std::holds_alternative<std::string>(expand("${5}", doubling)));
  EXPECT_TRUE(std::holds_alternative<expansion_fault>(expand("${25}", doubling)));
}

TEST(Expansion, FaultsDoNotTellValues) {
  EXPECT_EQ(fault_of("secret ${NOWHERE} ${HOST}").find("db.example"), std::string::npos);
}

}  // namespace
}  // namespace tidewire::config
