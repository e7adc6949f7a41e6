#include "rules/caseless_text.hpp"
#include "rules/decimal.hpp"
#include "rules/ip_address.hpp"
#include "rules/wildcard.hpp"

#include <gtest/gtest.h>

#include <cmath>

// The small parts of the pattern language, each alone.

namespace tidewire::rules {
namespace {

TEST(ComparableNumber, IsTheValueHoweverItIsWritten) {
  for (const auto* text :
       {"5", "5.0", "5e0", "0.5e1", "50E-1", "5.000000000000000000", "0.00005e+5"})
    EXPECT_EQ(comparable_number(text), 5.0) << text;
  EXPECT_EQ(comparable_number("-7e3"), -7000.0);
  EXPECT_EQ(comparable_number("0.1"), 0.1);
  EXPECT_EQ(comparable_number("123456789012345"), 123456789012345.0);
  EXPECT_EQ(comparable_number("9007199254740992"), 9007199254740992.0);
  EXPECT_EQ(comparable_number("1e308"), 1e308);
}

TEST(ComparableNumber, KnowsOneZero) {
  for (const auto* text : {"0", "-0", "-0.0", "0e10", "0.000"}) {
    ASSERT_EQ(comparable_number(text), 0.0) << text;
    EXPECT_FALSE(std::signbit(*comparable_number(text))) << text;
  }
}

TEST(ComparableNumber, IsNothingWhereADoubleWouldBeAnotherNumber) {
  for (const auto* text : {"9007199254740993",
                           "12345678901234567890",
                           "0.10000000000000000555",
                           "1e400",
                           "1e-400",
                           "123456789.123456789123",
                           "1e99999999999"})
    EXPECT_EQ(comparable_number(text), std::nullopt) << text;
}

bool same_address(std::string_view a, std::string_view b) {
  return read_ip_address(a).has_value() && read_ip_address(a) == read_ip_address(b);
}

TEST(IpAddress, IsTheSameHoweverItIsWritten) {
  EXPECT_TRUE(same_address("10.0.0.1", "10.0.0.01"));
  EXPECT_TRUE(same_address("::1", "0:0:0:0:0:0:0:1"));
  EXPECT_TRUE(same_address("2001:DB8::a", "2001:db8:0::A"));
  EXPECT_TRUE(same_address("::ffff:a00:1", "10.0.0.1"));
  EXPECT_TRUE(same_address("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"));
  EXPECT_FALSE(same_address("10.0.0.1", "10.0.0.2"));
}

TEST(IpAddress, IsNotJustAnyText) {
  for (const auto* text : {"",
                           "10",
                           "10.0.0",
                           "10.0.0.256",
                           "10.0.0.1.2",
                           "10..0.1",
                           "10.0.0.",
                           "a.b.c.d",
                           "10.0.0.1/32",
                           ":",
                           ":::",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7::8",
                           "1::2::3",
                           "12345::",
                           ":1:2:3:4:5:6:7",
                           "::g",
                           "::1%eth0",
                           " ::1",
                           "::ffff:10.0.0.1",
                           "0000000010.0.0.1"})
    EXPECT_FALSE(read_ip_address(text)) << text;
}

TEST(Cidr, HoldsTheAddressesOfItsNetwork) {
  std::string why;
  const auto holds = [&](const char* cidr, const char* address) {
    return read_cidr(cidr, why).value().contains(read_ip_address(address).value());
  };
  EXPECT_TRUE(holds("10.0.0.0/24", "10.0.0.0"));
  EXPECT_TRUE(holds("10.0.0.77/24", "10.0.0.255"));
  EXPECT_FALSE(holds("10.0.0.0/24", "10.0.1.0"));
  EXPECT_TRUE(holds("10.0.0.0/31", "10.0.0.1"));
  EXPECT_TRUE(holds("0.0.0.0/0", "255.1.2.3"));
  EXPECT_FALSE(holds("0.0.0.0/0", "::1"));
  EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
}

TEST(Cidr, SaysWhatIsWrong) {
  const auto problem = [](const char* cidr) {
    std::string why;
    EXPECT_FALSE(read_cidr(cidr, why)) << cidr;
    return why;
  };
  EXPECT_EQ(problem("10.0.0.0"), "Malformed CIDR, one '/' required");
  EXPECT_EQ(problem("10.0.0.0/8/8"), "Malformed CIDR, one '/' required");
  EXPECT_EQ(problem("10.0.0.0/x"), "Malformed CIDR, mask bits must be an integer");
  EXPECT_EQ(problem("10.0.0.0/8 "), "Malformed CIDR, mask bits must be an integer");
  EXPECT_EQ(problem("10.0.0.0/-1"), "Malformed CIDR, mask bits must not be negative");
  EXPECT_EQ(problem("10.0.0/24"), "Nonstandard IP address: 10.0.0");
  EXPECT_EQ(problem("10.0.0.0/32"), "IPv4 mask bits must be < 32");
  EXPECT_EQ(problem("::/128"), "IPv6 mask bits must be < 128");
}

TEST(CaselessText, MeetsLowerAndUpperForms) {
  EXPECT_TRUE(caseless_text("AlErT").equals("alert"));
  EXPECT_TRUE(caseless_text("alert").equals("ALERT"));
  EXPECT_FALSE(caseless_text("alert").equals("alerts"));
  EXPECT_FALSE(caseless_text("alert").equals("aler"));
  EXPECT_TRUE(caseless_text("").equals(""));
  EXPECT_TRUE(caseless_text("É-ж-Σ").equals("é-Ж-σ"));
  EXPECT_FALSE(caseless_text("k").equals("\u212A"));  // the Kelvin sign is no case of k
}

TEST(CaselessText, KnowsLettersWhoseOtherCaseIsLonger) {
  EXPECT_TRUE(caseless_text("straße").equals("STRASSE"));
  EXPECT_TRUE(caseless_text("straße").equals("straße"));
  EXPECT_FALSE(caseless_text("STRASSE").equals("straße"));
  EXPECT_TRUE(caseless_text("\u2C65").equals("\u023A"));  // 3 bytes and 2
  EXPECT_TRUE(caseless_text("straße").is_suffix_of("xSTRASSE"));
  EXPECT_TRUE(caseless_text("ß").is_prefix_of("SSx"));
}

TEST(CaselessText, IsFoundAtBothEnds) {
  EXPECT_TRUE(caseless_text("Ord").is_prefix_of("ORDERS"));
  EXPECT_FALSE(caseless_text("Ord").is_prefix_of("or"));
  EXPECT_TRUE(caseless_text(".PnG").is_suffix_of("a.png"));
  EXPECT_FALSE(caseless_text(".png").is_suffix_of("png"));
  EXPECT_TRUE(caseless_text("").is_prefix_of("x"));
  EXPECT_TRUE(caseless_text("").is_suffix_of(""));
}

/// Every way of matching, tried one after the other; `text` has `*` and characters only.
bool matches_slowly(std::string_view text, std::string_view value) {
  if (text.empty()) return value.empty();
  if (text.front() == '*') {
    for (std::size_t skip = 0; skip <= value.size(); ++skip)
      if (matches_slowly(text.substr(1), value.substr(skip))) return true;
    return false;
  }
  return !value.empty() && value.front() == text.front() &&
         matches_slowly(text.substr(1), value.substr(1));
}

TEST(Wildcard, AgreesWithTheSlowMatcherOnAllShortTexts) {
  const auto all_texts = [](std::string_view alphabet, std::size_t length_max) {
    std::vector<std::string> out{""};
    for (std::size_t from = 0, length = 0; length < length_max; ++length) {
      const std::size_t end = out.size();
      for (; from < end; ++from)
        for (const char c : alphabet) out.push_back(out[from] + c);
    }
    return out;
  };
  const auto values = all_texts("ab", 5);
  std::string why;
  for (const auto& text : all_texts("ab*", 5)) {
    if (text.find("**") != std::string::npos) {
      EXPECT_FALSE(wildcard::read(text, why));
      continue;
    }
    const auto glob = wildcard::read(text, why).value();
    for (const auto& value : values)
      ASSERT_EQ(glob.matches(value), matches_slowly(text, value)) << text << ' ' << value;
  }
}

TEST(Wildcard, TakesEscapedStarsAndBackslashesAsTheyAre) {
  std::string why;
  EXPECT_TRUE(wildcard::read("a\\*b", why)->matches("a*b"));
  EXPECT_FALSE(wildcard::read("a\\*b", why)->matches("axb"));
  EXPECT_TRUE(wildcard::read("a\\\\*", why)->matches("a\\x"));
  EXPECT_TRUE(wildcard::read("\\**", why)->matches("*anything"));
}

TEST(Wildcard, SaysWhereItIsWrong) {
  std::string why;
  EXPECT_FALSE(wildcard::read("a**b", why));
  EXPECT_EQ(why, "Consecutive wildcard characters at pos 2");
  EXPECT_FALSE(wildcard::read("ab\\c", why));
  EXPECT_EQ(why, "Invalid escape character at pos 3");
  EXPECT_FALSE(wildcard::read("a\\", why));
  EXPECT_EQ(why, "Invalid escape character at pos 2");
}

}  // namespace
}  // namespace tidewire::rules
