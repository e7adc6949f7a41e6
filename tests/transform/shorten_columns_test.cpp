#include "transform/shorten_columns.hpp"

#include <gtest/gtest.h>

namespace tidewire::transform {
namespace {

std::string change(const std::string& before, const std::string& after) {
  return R"({"before":)" + before + R"(,"after":)" + after +
         R"(,"source":{"schema":"a","table":"t"},"op":"u"})";
}

const column_test note_alone = [](std::string_view name) { return name == "a.t.note"; };

TEST(ShortenColumns, CutsTheNamedColumnInBothImages) {
  const std::string row = R"({"id":1,"note":"0123456789","other":"0123456789"})";
  const std::string cut = R"({"id":1,"note":"0123","other":"0123456789"})";
  EXPECT_EQ(shorten_columns(change(row, row), note_alone, 4), change(cut, cut));
}

TEST(ShortenColumns, LooksIntoThePayloadBesideASchema) {
  const std::string head = R"({"schema":{"type":"struct","note":"0123456789"},"payload":)";
  EXPECT_EQ(shorten_columns(head + change("null", R"({"note":"0123456789"})") + "}", note_alone, 4),
            head + change("null", R"({"note":"0123"})") + "}");
}

TEST(ShortenColumns, CutsBetweenCharacters) {
  const auto cut = [](const std::string& text, std::size_t bytes) {
    return shorten_columns(change("null", R"({"note":")" + text + R"("})"), note_alone, bytes);
  };
  EXPECT_EQ(cut("ab\xC3\xA9z1234", 3), change("null", R"({"note":"ab"})"));
  EXPECT_EQ(cut(R"(ab\"1234567)", 3), change("null", R"({"note":"ab"})"));
  EXPECT_EQ(cut(R"(a\u00e91234567)", 6), change("null", R"({"note":"a"})"));
  EXPECT_EQ(cut(R"(\ud83d\ude001234567)", 11), change("null", R"({"note":""})"));
  EXPECT_EQ(cut("\xF0\x9F\x98\x80zzzz", 4), change("null", "{\"note\":\"\xF0\x9F\x98\x80\"}"));
}

TEST(ShortenColumns, LeavesWhatIsShortOrNotNamedOrNoText) {
  EXPECT_FALSE(shorten_columns(change("null", R"({"note":"0123"})"), note_alone, 4));
  EXPECT_FALSE(shorten_columns(change("null", R"({"other":"0123456789"})"), note_alone, 4));
  EXPECT_FALSE(shorten_columns(change("null", R"({"note":{"x":"0123456789"}})"), note_alone, 4));
  EXPECT_FALSE(shorten_columns(R"({"note":"0123456789"})", note_alone, 4));
  EXPECT_FALSE(shorten_columns("", note_alone, 4));
}

}  // namespace
}  // namespace tidewire::transform
