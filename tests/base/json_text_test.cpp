#include "base/json_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidewire {
namespace {

std::string json(std::string_view text) {
  byte_buffer out;
  append_json_string(out, text);
  return std::string(out.view());
}

TEST(JsonText, EscapesQuotesBackslashesAndControlCharactersOnly) {
  EXPECT_EQ(json(""), "\"\"");
  EXPECT_EQ(json("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(json("\b\t\n\f\r"), R"("\b\t\n\f\r")");
  EXPECT_EQ(json(std::string_view("\0\x1F\x7F", 3)), "\"\\u0000\\u001F\x7F\"");
  EXPECT_EQ(json("Grüße 😀"), "\"Grüße 😀\"");
}

TEST(JsonText, FindsTheSameSpecialAsItsScalarTwinAtEveryPlace) {
  for (int value = 0; value < 256; ++value) {
    for (std::size_t size = 1; size < 40; ++size) {
      std::string text(size, '\xC3');
      text[size - 1] = static_cast<char>(value);
      EXPECT_EQ(find_json_special(text), find_json_special_scalar(text))
          << value << " at " << size - 1;
    }
  }
}

TEST(JsonText, WritesTheSmallestAndLargestNumbers) {
  byte_buffer out;
  append_number(out, std::int64_t{INT64_MIN});
  out.push_back(' ');
  append_number(out, std::uint64_t{UINT64_MAX});
  EXPECT_EQ(out.view(), "-9223372036854775808 18446744073709551615");
}

}  // namespace
}  // namespace tidewire
