#include "event/event_string.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace tidewire::event {
namespace {

std::string quoted(std::string_view text) {
  byte_buffer out;
  append_event_string(out, text);
  return std::string(out.view());
}

TEST(EventString, EscapesWhatJsonMustAndJacksonDoes) {
  EXPECT_EQ(quoted("quote \" back \\ slash / tab\t"), R"("quote \" back \\ slash / tab\t")");
  EXPECT_EQ(quoted("\r\b\f\x01\x1f\x7f"), "\"\\r\\b\\f\\u0001\\u001F\x7f\"");
}

TEST(EventString, LeavesTheBasicPlaneAsItIs) {
  EXPECT_EQ(quoted("naïve 日本語 €"), "\"naïve 日本語 €\"");
}

TEST(EventString, WritesOtherPlanesAsTwoEscapes) {
  EXPECT_EQ(quoted("𝄞 clef 😀"), R"("\uD834\uDD1E clef \uD83D\uDE00")");
}

TEST(EventString, KeepsBytesThatAreNoUtf8) {
  EXPECT_EQ(quoted("\xF0\x9F"), "\"\xF0\x9F\"");
}

TEST(EventString, FindsTheSamePlacesByBlocksAsByBytes) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string text(random() % 70, 'a');
    for (char& c : text)
      if (random() % 16 == 0) c = static_cast<char>(random() % 256);
    for (std::size_t from = 0; from <= text.size(); from += 5)
      ASSERT_EQ(find_event_special(text, from), find_event_special_scalar(text, from)) << text;
  }
}

}  // namespace
}  // namespace tidewire::event
