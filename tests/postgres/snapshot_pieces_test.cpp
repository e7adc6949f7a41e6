#include "postgres/snapshot_pieces.hpp"

#include <gmock/gmock.h>

namespace tidewire::postgres {
namespace {

using ::testing::ElementsAre;

std::vector<snapshot_piece> cut(std::vector<std::uint64_t> pages, piece_limits limits) {
  std::vector<table_extent> tables;
  for (const std::uint64_t each : pages) tables.push_back({.pages = each, .read = {}});
  return cut_tables(tables, limits);
}

TEST(SnapshotPieces, OneConnectionReadsTablesWholeWhereNothingLimitsThem) {
  EXPECT_THAT(
      cut({1'000'000, 0, 5}, {.connections = 1}),
      ElementsAre(
          snapshot_piece{.table = 0}, snapshot_piece{.table = 1}, snapshot_piece{.table = 2}));
}

TEST(SnapshotPieces, SmallTablesAndThoseThatMustNotBeCutStayWhole) {
  EXPECT_THAT(
      cut({0, 2047, 1}, {.connections = 3, .pages_min = 1024}),
      ElementsAre(
          snapshot_piece{.table = 0}, snapshot_piece{.table = 1}, snapshot_piece{.table = 2}));
}

TEST(SnapshotPieces, ALargeTableIsCutWithoutGapOrOverlapAndItsEndIsOpen) {
  EXPECT_THAT(cut({4, 11}, {.connections = 2, .pages_min = 4}),
              ElementsAre(snapshot_piece{.table = 0},
                          snapshot_piece{.table = 1, .page_begin = 0, .page_end = 6},
                          snapshot_piece{.table = 1, .page_begin = 6}));
}

TEST(SnapshotPieces, EveryPageIsInOnePieceWhateverTheSizes) {
  for (const std::uint64_t pages : {1U, 2U, 7U, 1000U, 1001U, 4'294'967'295U})
    for (const std::size_t connections : {2U, 3U, 16U})
      for (const std::uint64_t pages_min : {0U, 1U, 3U, 1024U}) {
        std::uint64_t begin = 0;
        const auto pieces = cut({pages}, {.connections = connections, .pages_min = pages_min});
        EXPECT_LE(pieces.size(), connections * 4);
        for (std::size_t i = 0; i < pieces.size(); ++i) {
          EXPECT_EQ(pieces[i].page_begin, begin);
          EXPECT_EQ(pieces[i].page_end.has_value(), i + 1 < pieces.size());
          if (!pieces[i].page_end) continue;
          EXPECT_GT(*pieces[i].page_end, begin);
          begin = *pieces[i].page_end;
        }
        EXPECT_LT(begin, pages);
      }
}

TEST(SnapshotPieces, AHugeTableHasAFewPiecesPerConnection) {
  EXPECT_EQ(cut({10'000'000}, {.connections = 3}).size(), 12U);
}

TEST(SnapshotPieces, NoPieceIsLongerThanWhatMayBeReadAgain) {
  EXPECT_THAT(cut({10, 3}, {.connections = 1, .pages_max = 4}),
              ElementsAre(snapshot_piece{.table = 0, .page_begin = 0, .page_end = 4},
                          snapshot_piece{.table = 0, .page_begin = 4, .page_end = 7},
                          snapshot_piece{.table = 0, .page_begin = 7},
                          snapshot_piece{.table = 1}));
  EXPECT_EQ(cut({1'000'000}, {.connections = 2, .pages_max = 10'000}).size(), 100U);
}

TEST(SnapshotPieces, OfATableThatWasReadInPartTheRestAndThenWhatHasChanged) {
  const std::vector<table_extent> tables = {
      {.pages = 5, .read = {}},
      {.pages = 20,
       .read = {{.page_begin = 0, .page_end = 4, .horizon = 700},
                {.page_begin = 6, .page_end = 12, .horizon = 900}}}};
  EXPECT_THAT(
      cut_tables(tables, {.connections = 1, .pages_max = 5}),
      ElementsAre(snapshot_piece{.table = 0},
                  snapshot_piece{.table = 1, .page_begin = 4, .page_end = 6},
                  snapshot_piece{.table = 1, .page_begin = 12, .page_end = 16},
                  snapshot_piece{.table = 1, .page_begin = 16},
                  snapshot_piece{.table = 1, .page_begin = 0, .page_end = 4, .put_since = 700},
                  snapshot_piece{.table = 1, .page_begin = 6, .page_end = 12, .put_since = 900}));
}

TEST(SnapshotPieces, WhereTheEndWasReadOnlyGapsAndChangesAreLeft) {
  const std::vector<table_extent> tables = {
      {.pages = 3,
       .read = {{.page_begin = 2, .page_end = 8, .horizon = 7},
                {.page_begin = 8, .page_end = {}, .horizon = 7}}}};
  EXPECT_THAT(
      cut_tables(tables, {.connections = 1}),
      ElementsAre(snapshot_piece{.table = 0, .page_begin = 0, .page_end = 2},
                  snapshot_piece{.table = 0, .page_begin = 2, .page_end = 8, .put_since = 7},
                  snapshot_piece{.table = 0, .page_begin = 8, .put_since = 7}));
}

TEST(SnapshotPieces, ATableThatShrankBehindWhatWasReadHasItsOpenEndLeft) {
  const std::vector<table_extent> tables = {
      {.pages = 3, .read = {{.page_begin = 0, .page_end = 8, .horizon = 7}}}};
  EXPECT_THAT(
      cut_tables(tables, {.connections = 1, .pages_max = 1}),
      ElementsAre(snapshot_piece{.table = 0, .page_begin = 8},
                  snapshot_piece{.table = 0, .page_begin = 0, .page_end = 8, .put_since = 7}));
}

TEST(SnapshotPieces, AGapBehindTheEndOfATableThatShrankIsOnePiece) {
  const std::vector<table_extent> tables = {
      {.pages = 2,
       .read = {{.page_begin = 0, .page_end = 1, .horizon = 7},
                {.page_begin = 1'000'000, .page_end = {}, .horizon = 7}}}};
  EXPECT_THAT(
      cut_tables(tables, {.connections = 3, .pages_min = 1}),
      ElementsAre(snapshot_piece{.table = 0, .page_begin = 1, .page_end = 1'000'000},
                  snapshot_piece{.table = 0, .page_begin = 0, .page_end = 1, .put_since = 7},
                  snapshot_piece{.table = 0, .page_begin = 1'000'000, .put_since = 7}));
}

TEST(SnapshotPieces, TheConditionOfWhatHasChangedGoesByTheLowerHalfOfTheTransaction) {
  EXPECT_EQ(
      piece_condition({.page_end = 9, .put_since = (3ULL << 32U) + 812}),
      " WHERE ctid < '(9,0)' AND pg_catalog.age(xmin) <= pg_catalog.age('812'::pg_catalog.xid)");
}

TEST(SnapshotPieces, TheConditionHasOnlyTheBoundsThatThereAre) {
  EXPECT_EQ(piece_condition({}), "");
  EXPECT_EQ(piece_condition({.page_end = 9}), " WHERE ctid < '(9,0)'");
  EXPECT_EQ(piece_condition({.page_begin = 7, .page_end = 9}),
            " WHERE ctid >= '(7,0)' AND ctid < '(9,0)'");
  EXPECT_EQ(piece_condition({.page_begin = 9}), " WHERE ctid >= '(9,0)'");
}

}  // namespace
}  // namespace tidewire::postgres
