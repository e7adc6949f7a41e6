#include "base/regex_list.hpp"

#include "base/startup_error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string fault_of(std::string_view text) {
  const auto list = regex_list::read(text);
  if (const auto* fault = std::get_if<regex_list::fault>(&list)) return fault->message;
  ADD_FAILURE() << text << " was accepted";
  return {};
}

TEST(RegexList, MatchesWholeNamesOnly) {
  const auto list = regex_list::parse("inventory.products");
  EXPECT_TRUE(list.matches("inventory.products"));
  EXPECT_FALSE(list.matches("inventory.products2"));
  EXPECT_FALSE(list.matches("my_inventory.products"));
  EXPECT_FALSE(list.matches("inventory.product"));
}

TEST(RegexList, AnchorsEveryAlternative) {
  const auto list = regex_list::parse("a|ab|b");
  EXPECT_TRUE(list.matches("ab"));
  EXPECT_FALSE(list.matches("abc"));
  EXPECT_FALSE(list.matches("ca"));
}

TEST(RegexList, IgnoresCase) {
  const auto list = regex_list::parse("Public\\.Orders");
  EXPECT_TRUE(list.matches("public.orders"));
  EXPECT_TRUE(list.matches("PUBLIC.ORDERS"));
  EXPECT_FALSE(list.matches("publicxorders"));
}

TEST(RegexList, TriesTheExpressionsInTheirOrder) {
  const auto list = regex_list::parse("public.a , public.b.*,.*");
  EXPECT_EQ(list.first_match("public.a"), 0U);
  EXPECT_EQ(list.first_match("public.bcd"), 1U);
  EXPECT_EQ(list.first_match("other.x"), 2U);
  EXPECT_EQ(regex_list::parse("a,b").first_match("c"), std::nullopt);
}

TEST(RegexList, AnEmptyListMatchesNothing) {
  for (const auto* text : {"", "  ", ",", " , ,"}) {
    const auto list = regex_list::parse(text);
    EXPECT_TRUE(list.empty()) << text;
    EXPECT_FALSE(list.matches("")) << text;
  }
}

TEST(RegexList, AnEscapedCommaIsPartOfAnExpression) {
  EXPECT_THAT(split_regex_list("a{1\\,2},b"), ElementsAre("a{1,2}", "b"));
  const auto list = regex_list::parse("public\\.t[0-9]{1\\,2}");
  EXPECT_TRUE(list.matches("public.t12"));
  EXPECT_FALSE(list.matches("public.t123"));
}

TEST(RegexList, AnEscapedBackslashBeforeACommaLeavesItASeparator) {
  EXPECT_THAT(split_regex_list("a\\\\,b"), ElementsAre("a\\\\", "b"));
}

TEST(RegexList, SplittingTrimsAndDropsWhatIsEmpty) {
  EXPECT_THAT(split_regex_list(" a ,\tb,, c\n"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(split_regex_list(""), IsEmpty());
}

TEST(RegexList, UnderstandsJavasUsualConstructs) {
  EXPECT_TRUE(regex_list::parse("(?!audit).*\\.orders").matches("sales.orders"));
  EXPECT_FALSE(regex_list::parse("(?!audit).*\\.orders").matches("audit.orders"));
  EXPECT_TRUE(regex_list::parse("\\Qa.b\\E").matches("a.b"));
  EXPECT_FALSE(regex_list::parse("\\Qa.b\\E").matches("axb"));
  EXPECT_TRUE(regex_list::parse("public\\.\\w++_\\d+").matches("public.order_7") == false)
      << "possessive: gives nothing back";
  EXPECT_TRUE(regex_list::parse("s\\.\\p{L}+").matches("s.h\xC3\xA9llo"));
  EXPECT_TRUE(regex_list::parse("s\\..{5}").matches("s.h\xC3\xA9llo"))
      << "a dot is a character, not a byte";
}

TEST(RegexList, NamesThatAreNotUtf8DoNotMatchAndDoNoHarm) {
  EXPECT_FALSE(
      regex_list::parse("a.b").matches("a\xFF"
                                       "b"));
}

TEST(RegexList, TellsWhereAnExpressionIsWrong) {
  EXPECT_THAT(fault_of("ok,pub(lic"), HasSubstr("'pub(lic'"));
  EXPECT_THAT(fault_of("a["), HasSubstr("character"));
  EXPECT_THAT(fault_of("*"), HasSubstr("'*'"));
  EXPECT_THROW(regex_list::parse("("), startup_error);
}

TEST(RegexList, RefusesJavasIntersectionOfClasses) {
  EXPECT_THAT(fault_of("[a-z&&[^b]]+"), HasSubstr("&&"));
  EXPECT_TRUE(regex_list::parse("a&&b").matches("a&&b"));
}

TEST(RegexList, GivesUpOnExpressionsThatNeverEnd) {
  const auto list = regex_list::parse("(a*)*(a*)*(a*)*[bc]");
  EXPECT_THROW(list.matches(std::string(60, 'a')), startup_error);
}

}  // namespace
}  // namespace tidewire
