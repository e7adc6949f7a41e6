#include "postgres/snapshot_pieces.hpp"

#include <algorithm>

namespace tidewire::postgres {
namespace {

/// When the last pieces are read, connections without one idle: at most for a quarter of what one
/// connection reads of the table.
constexpr std::uint64_t pieces_per_connection = 4;

std::uint64_t piece_count(std::uint64_t pages, piece_limits limits) {
  if (limits.connections < 2) return 1;
  const std::uint64_t wanted = limits.connections * pieces_per_connection;
  return std::clamp<std::uint64_t>(pages / std::max<std::uint64_t>(limits.pages_min, 1), 1, wanted);
}

std::string page(std::uint64_t number) {
  return "'(" + std::to_string(number) + ",0)'";
}

}  // namespace

std::vector<snapshot_piece> cut_tables(std::span<const std::uint64_t> pages, piece_limits limits) {
  std::vector<snapshot_piece> pieces;
  for (std::size_t table = 0; table < pages.size(); ++table) {
    const std::uint64_t count = piece_count(pages[table], limits);
    const std::uint64_t each = pages[table] / count, longer = pages[table] % count;
    std::uint64_t begin = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t end = begin + each + (i < longer ? 1 : 0);
      pieces.push_back({.table = table, .page_begin = begin, .page_end = end});
      begin = end;
    }
    pieces.back().page_end.reset();
  }
  return pieces;
}

std::string piece_condition(const snapshot_piece& piece) {
  std::string sql;
  if (piece.page_begin > 0) sql = "ctid >= " + page(piece.page_begin);
  if (piece.page_end) sql += (sql.empty() ? "ctid < " : " AND ctid < ") + page(*piece.page_end);
  return sql.empty() ? sql : " WHERE " + sql;
}

}  // namespace tidewire::postgres
