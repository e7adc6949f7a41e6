#include "postgres/backlog_pieces.hpp"

#include <gtest/gtest.h>

namespace tidewire::postgres {
namespace {

constexpr backlog_limits limits{.piece_min = 100, .piece_max = 1000};

TEST(BacklogPieces, WhatIsLessThanAPieceIsLeftToTheStream) {
  EXPECT_EQ(next_piece({.restart = {50}, .read = {50}, .end = {149}}, limits), std::nullopt);
  EXPECT_EQ(next_piece({.restart = {50}, .read = {50}, .end = {150}}, limits), lsn{150});
}

TEST(BacklogPieces, ThereIsNothingBehindTheEndOfTheLog) {
  EXPECT_EQ(next_piece({.restart = {50}, .read = {200}, .end = {100}}, limits), std::nullopt);
  EXPECT_EQ(next_piece({.restart = {}, .read = {200}, .end = {200}}, {.piece_min = 0}),
            std::nullopt);
}

TEST(BacklogPieces, APieceIsAsLargeAsWhatIsDecodedAgainForIt) {
  EXPECT_EQ(next_piece({.restart = {10}, .read = {50}, .end = {9000}}, limits), lsn{150});
  EXPECT_EQ(next_piece({.restart = {10}, .read = {310}, .end = {9000}}, limits), lsn{610});
  EXPECT_EQ(next_piece({.restart = {10}, .read = {3010}, .end = {9000}}, limits), lsn{4010});
}

TEST(BacklogPieces, EndsAtTheEndOfTheLog) {
  EXPECT_EQ(next_piece({.restart = {10}, .read = {310}, .end = {450}}, limits), lsn{450});
}

TEST(BacklogPieces, ARestartThatIsAheadCountsAsNone) {
  EXPECT_EQ(next_piece({.restart = {400}, .read = {310}, .end = {9000}}, limits), lsn{410});
}

}  // namespace
}  // namespace tidewire::postgres
