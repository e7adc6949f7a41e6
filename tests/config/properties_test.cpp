#include "config/properties.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire::config {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<property_entry> entries_of(std::string_view text) {
  auto file = read_properties(text);
  EXPECT_THAT(file.faults, IsEmpty());
  return file.entries;
}

property_entry only_entry(std::string_view text) {
  const auto entries = entries_of(text);
  EXPECT_EQ(entries.size(), 1U) << text;
  return entries.empty() ? property_entry{} : entries.front();
}

TEST(Properties, SeparatorsAreEqualsColonAndWhiteSpace) {
  for (const auto* text : {"a=b",
                           "a:b",
                           "a b",
                           "a = b",
                           "a : b",
                           "a\tb",
                           "a\fb",
                           "  a   b",
                           "a  =b",
                           "a=  b",
                           "a\t:\tb"})
    EXPECT_EQ(only_entry(text), (property_entry{"a", "b", 1})) << text;
}

TEST(Properties, OnlyTheFirstSeparatorCounts) {
  EXPECT_EQ(only_entry("a==b").text, "=b");
  EXPECT_EQ(only_entry("a=:b").text, ":b");
  EXPECT_EQ(only_entry("a = b = c").text, "b = c");
  EXPECT_EQ(only_entry("url=http://host:1/?x=y").text, "http://host:1/?x=y");
}

TEST(Properties, NamesMayHoldEscapedSeparators) {
  EXPECT_EQ(only_entry("a\\=b\\:c\\ d=e"), (property_entry{"a=b:c d", "e", 1}));
}

TEST(Properties, ANameAloneHasAnEmptyText) {
  for (const auto* text : {"name", "name=", "name:", "name  "})
    EXPECT_EQ(only_entry(text), (property_entry{"name", "", 1})) << text;
}

TEST(Properties, RemarksAndBlankLinesAreSkippedButCounted) {
  EXPECT_THAT(entries_of("# one\n\n  ! two \\\n \t\na=1\n#b=2\n"),
              ElementsAre(property_entry{"a", "1", 5}));
}

TEST(Properties, ARemarkBehindATextIsPartOfIt) {
  EXPECT_EQ(only_entry("a=1 # one").text, "1 # one");
}

TEST(Properties, WhiteSpaceBehindATextBelongsToIt) {
  EXPECT_EQ(only_entry("a=1 \t\n").text, "1 \t");
}

TEST(Properties, AnOddNumberOfBackslashesGoesOnWithTheNextLine) {
  EXPECT_THAT(entries_of("a=1,\\\n   2,\\\r\n\t3\nb=x\\\\\nc=y\\\\\\\nz\n"),
              ElementsAre(property_entry{"a", "1,2,3", 1},
                          property_entry{"b", "x\\", 4},
                          property_entry{"c", "y\\z", 5}));
}

TEST(Properties, AContinuationIsNeverARemark) {
  EXPECT_EQ(only_entry("a=1\\\n#2").text, "1#2");
}

TEST(Properties, ABlankLineEndsAContinuation) {
  EXPECT_THAT(entries_of("a=1\\\n\nb=2"),
              ElementsAre(property_entry{"a", "1", 1}, property_entry{"b", "2", 3}));
}

TEST(Properties, ABackslashAtTheVeryEndSaysNothing) {
  EXPECT_EQ(only_entry("a=1\\").text, "1");
  EXPECT_THAT(entries_of("\\"), IsEmpty());
}

TEST(Properties, ANameMayGoOnToo) {
  EXPECT_EQ(only_entry("na\\\n  me = x"), (property_entry{"name", "x", 1}));
}

TEST(Properties, EscapesGiveControlCharactersAndOtherwiseTheCharacterItself) {
  EXPECT_EQ(only_entry(R"(a=\t\n\r\f\\\"\'\q\ x)").text, "\t\n\r\f\\\"'q x");
}

TEST(Properties, AnEscapedBlankAtTheFrontStays) {
  EXPECT_EQ(only_entry("a=\\  x").text, "  x");
}

TEST(Properties, UnicodeEscapesBecomeUtf8) {
  EXPECT_EQ(only_entry("caf\\u00e9=\\u0041\\u20AC\\uD83D\\uDE00"),
            (property_entry{"caf\xC3\xA9", "A\xE2\x82\xAC\xF0\x9F\x98\x80", 1}));
}

TEST(Properties, HalfASurrogatePairBecomesTheReplacementCharacter) {
  EXPECT_EQ(only_entry("a=\\uD83Dx").text, "\xEF\xBF\xBDx");
  EXPECT_EQ(only_entry("a=\\uDE00").text, "\xEF\xBF\xBD");
  EXPECT_EQ(only_entry("a=\\uD83D\\u0041").text,
            "\xEF\xBF\xBD"
            "A");
}

TEST(Properties, Utf8IsTakenAsItIs) {
  EXPECT_EQ(only_entry("a=\xC3\xA9").text, "\xC3\xA9");
}

TEST(Properties, AByteOrderMarkIsNoPartOfTheFirstName) {
  EXPECT_EQ(only_entry("\xEF\xBB\xBF"
                       "a=1")
                .name,
            "a");
}

TEST(Properties, AMalformedUnicodeEscapeIsAFaultWithItsLine) {
  for (const auto* text : {"a=\\u12", "a=\\u12g4", "a=\\u", "\\uzzzz=1", "a=\\uD83D\\u12"}) {
    const auto file = read_properties(std::string("first=1\n") + text + "\nlast=2\n");
    ASSERT_EQ(file.faults.size(), 1U) << text;
    EXPECT_EQ(file.faults.front().line, 2U) << text;
    EXPECT_EQ(file.entries.size(), 2U) << "the other lines are read all the same";
  }
}

TEST(Properties, EveryLineEndCounts) {
  EXPECT_THAT(entries_of("a=1\r\nb=2\rc=3\nd=4"),
              ElementsAre(property_entry{"a", "1", 1},
                          property_entry{"b", "2", 2},
                          property_entry{"c", "3", 3},
                          property_entry{"d", "4", 4}));
}

TEST(Properties, RepeatedNamesAreAllHandedOver) {
  EXPECT_THAT(entries_of("a=1\na=2"),
              ElementsAre(property_entry{"a", "1", 1}, property_entry{"a", "2", 2}));
}

TEST(Properties, AnEmptyNameIsAnEntry) {
  EXPECT_EQ(only_entry("=x"), (property_entry{"", "x", 1}));
}

}  // namespace
}  // namespace tidewire::config
