#include "postgres/snapshot_pieces.hpp"

#include <gmock/gmock.h>

namespace tidewire::postgres {
namespace {

using ::testing::ElementsAre;

std::vector<snapshot_piece> cut(std::vector<std::uint64_t> pages, piece_limits limits) {
  return cut_tables(pages, limits);
}

TEST(SnapshotPieces, OneConnectionReadsTablesWhole) {
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

TEST(SnapshotPieces, TheConditionHasOnlyTheBoundsThatThereAre) {
  EXPECT_EQ(piece_condition({}), "");
  EXPECT_EQ(piece_condition({.page_end = 9}), " WHERE ctid < '(9,0)'");
  EXPECT_EQ(piece_condition({.page_begin = 7, .page_end = 9}),
            " WHERE ctid >= '(7,0)' AND ctid < '(9,0)'");
  EXPECT_EQ(piece_condition({.page_begin = 9}), " WHERE ctid >= '(9,0)'");
}

}  // namespace
}  // namespace tidewire::postgres
