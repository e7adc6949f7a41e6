#include "signals/chunk_query.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire::signals {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// x and y are the key, v may be NULL.
postgres::table keyed() {
  postgres::table t{.schema = "public", .name = "k2"};
  t.columns = {{.name = "x", .not_null = true}, {.name = "y", .not_null = true}, {.name = "v"}};
  t.key = {0, 1};
  return t;
}

TEST(ChunkQuery, GoesByTheKeyOrTheNamedColumnsOrTheSurrogateKey) {
  const auto table = keyed();
  EXPECT_THAT(chunk_columns(table, "", {}), ElementsAre(0, 1));
  EXPECT_THAT(chunk_columns(table, "", {2}), ElementsAre(2));
  EXPECT_THAT(chunk_columns(table, "y", {2}), ElementsAre(1));
  EXPECT_THAT(chunk_columns(table, "gone", {}), IsEmpty());
}

TEST(ChunkQuery, TheFirstChunkBeginsAtTheBeginning) {
  EXPECT_EQ(
      chunk_query(keyed(), {0, 1}, {.after = {}, .maximum = {"9", "9"}}, "", 2),
      R"(SELECT "x", "y", "v" FROM "public"."k2" ORDER BY "x", "y" FETCH FIRST 2 ROWS WITH TIES)");
}

TEST(ChunkQuery, LaterOnesBeginBehindTheLastRowAndEndAtTheMaximum) {
  EXPECT_EQ(
      chunk_query(keyed(), {0, 1}, {.after = {"1", "it's"}, .maximum = {"9", "8"}}, "v > 3", 7),
      R"(SELECT "x", "y", "v" FROM "public"."k2" WHERE (("x", "y") > ('1', 'it''s')))"
      R"( AND NOT (("x", "y") > ('9', '8')) AND (v > 3)"
      "\n"
      R"() ORDER BY "x", "y" FETCH FIRST 7 ROWS WITH TIES)");
}

TEST(ChunkQuery, NullIsTheLargestValue) {
  EXPECT_EQ(chunk_query(keyed(), {2}, {.after = {"q"}, .maximum = {std::nullopt}}, "", 2),
            R"(SELECT "x", "y", "v" FROM "public"."k2" WHERE ((("v" > 'q' OR "v" IS NULL))))"
            R"( AND NOT ((FALSE)) ORDER BY "v" FETCH FIRST 2 ROWS WITH TIES)");
  EXPECT_EQ(
      chunk_query(keyed(), {2, 0}, {.after = {std::nullopt, "4"}, .maximum = {}}, "", 2),
      R"(SELECT "x", "y", "v" FROM "public"."k2" WHERE ((FALSE) OR ("v" IS NULL AND "x" > '4')))"
      R"( ORDER BY "v", "x" FETCH FIRST 2 ROWS WITH TIES)");
}

TEST(ChunkQuery, TheMaximumIsThatOfTheRowsThatTheConditionLeaves) {
  EXPECT_EQ(maximum_query(keyed(), {0, 1}, ""),
            R"(SELECT "x", "y" FROM "public"."k2" ORDER BY "x" DESC, "y" DESC LIMIT 1)");
  EXPECT_EQ(
      maximum_query(keyed(), {0}, "x < 5 -- few"),
      "SELECT \"x\" FROM \"public\".\"k2\" WHERE (x < 5 -- few\n) ORDER BY \"x\" DESC LIMIT 1");
}

}  // namespace
}  // namespace tidewire::signals
