#include "ledger/test_decoding.hpp"

#include <gtest/gtest.h>

namespace tidewire::ledger {
namespace {

using kind = decoded_line::kind;
using state = decoded_column::state;

decoded_line parsed(std::string_view line) {
  const auto result = parse_test_decoding(line);
  EXPECT_TRUE(result.has_value()) << line;
  return result ? *result : decoded_line{};
}

TEST(TestDecoding, ReadsTheBoundsOfTransactions) {
  EXPECT_EQ(parsed("BEGIN").what, kind::begin);
  EXPECT_EQ(parsed("BEGIN 733").what, kind::begin);
  EXPECT_EQ(parsed("COMMIT 733").what, kind::commit);
  EXPECT_EQ(parsed("message: transactional: 1 prefix: p, sz: 3 content:a b").what, kind::message);
}

TEST(TestDecoding, ReadsAnInsertWithEveryFormOfValue) {
  const auto line = parsed(
      "table public.t: INSERT: id[integer]:1 name[text]:'it''s [a] \\ b' flag[boolean]:true "
      "bits[bit]:B'101' \"Odd \"\"name\"[text[]]:'{a,\"b c\"}' gone[numeric]:null "
      "big[text]:unchanged-toast-datum");
  EXPECT_EQ(line.what, kind::insert);
  ASSERT_EQ(line.tables.size(), 1U);
  EXPECT_EQ(line.tables[0], std::pair(std::string("public"), std::string("t")));
  const std::vector<decoded_column> expected{{"id", "integer", "1"},
                                             {"name", "text", "it's [a] \\ b"},
                                             {"flag", "boolean", "true"},
                                             {"bits", "bit", "101"},
                                             {"Odd \"name", "text[]", "{a,\"b c\"}"},
                                             {"gone", "numeric", "", state::null},
                                             {"big", "text", "", state::unchanged}};
  EXPECT_EQ(line.row, expected);
}

TEST(TestDecoding, ReadsAnUpdateWithAndWithoutItsOldKey) {
  const auto plain = parsed("table a.b: UPDATE: id[integer]:1");
  EXPECT_EQ(plain.what, kind::update);
  EXPECT_TRUE(plain.old_key.empty());
  EXPECT_EQ(plain.row.size(), 1U);
  const auto moved = parsed("table a.b: UPDATE: old-key: id[integer]:1 new-tuple: id[integer]:2");
  ASSERT_EQ(moved.old_key.size(), 1U);
  EXPECT_EQ(moved.old_key[0].text, "1");
  ASSERT_EQ(moved.row.size(), 1U);
  EXPECT_EQ(moved.row[0].text, "2");
}

TEST(TestDecoding, ReadsDeletesAndTruncates) {
  EXPECT_EQ(parsed("table a.b: DELETE: id[bigint]:9").row.at(0).text, "9");
  EXPECT_TRUE(parsed("table a.b: DELETE: (no-tuple-data)").row.empty());
  const auto cut = parsed("table a.b, \"C d\".\"e.f\": TRUNCATE: restart_seqs cascade");
  EXPECT_EQ(cut.what, kind::truncate);
  ASSERT_EQ(cut.tables.size(), 2U);
  EXPECT_EQ(cut.tables[1], std::pair(std::string("C d"), std::string("e.f")));
}

TEST(TestDecoding, ReadsATypeThatHoldsBracketsInItsName) {
  const auto line = parsed("table a.b: INSERT: x[\"odd]:type\"[]]:'{}' y[integer]:2");
  ASSERT_EQ(line.row.size(), 2U);
  EXPECT_EQ(line.row[0].type, "\"odd]:type\"[]");
}

TEST(TestDecoding, RefusesWhatIsCutShortInsideAnIdentifierATypeOrAQuote) {
  const std::string whole = "table \"a\".\"b\": INSERT: \"id\"[integer]:'1'";
  ASSERT_TRUE(parse_test_decoding(whole).has_value());
  for (const std::size_t size : {1U, 6U, 8U, 12U, 16U, 27U, 32U, 37U, 39U})
    EXPECT_EQ(parse_test_decoding(whole.substr(0, size)).error(), errc::malformed_line) << size;
  EXPECT_FALSE(parse_test_decoding("").has_value());
  EXPECT_FALSE(parse_test_decoding("table a.b: VACUUM: id[integer]:1").has_value());
}

}  // namespace
}  // namespace tidewire::ledger
