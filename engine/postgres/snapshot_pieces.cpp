#include "postgres/snapshot_pieces.hpp"

#include <algorithm>

namespace tidewire::postgres {
namespace {

/// When the last pieces are read, connections without one idle: at most for a quarter of what one
/// connection reads of the table.
constexpr std::uint64_t pieces_per_connection = 4;

std::uint64_t quotient_up(std::uint64_t all, std::uint64_t each) {
  return all / each + (all % each == 0 ? 0 : 1);
}

/// Of a table that is read whole.
std::uint64_t piece_count(std::uint64_t pages, piece_limits limits) {
  std::uint64_t count = 1;
  if (limits.connections > 1)
    count = std::clamp<std::uint64_t>(pages / std::max<std::uint64_t>(limits.pages_min, 1),
                                      1,
                                      limits.connections * pieces_per_connection);
  if (limits.pages_max)
    count = std::max(count, quotient_up(pages, std::max<std::uint64_t>(*limits.pages_max, 1)));
  return count;
}

/// Runs of about the same length. Without an end the last has none.
void cut(std::vector<snapshot_piece>& pieces,
         const snapshot_piece& whole,
         std::uint64_t pages,
         std::uint64_t count) {
  const std::uint64_t each = pages / count, longer = pages % count;
  std::uint64_t begin = whole.page_begin;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t end = begin + each + (i < longer ? 1 : 0);
    pieces.push_back({.table = whole.table, .page_begin = begin, .page_end = end});
    begin = end;
  }
  pieces.back().page_end = whole.page_end;
}

/// What lies between pages that were read, and behind them.
std::vector<snapshot_piece> gaps(std::size_t table, const std::vector<pages_read>& read) {
  std::vector<snapshot_piece> found;
  std::uint64_t begin = 0;
  for (const pages_read& one : read) {
    if (one.page_begin > begin)
      found.push_back({.table = table, .page_begin = begin, .page_end = one.page_begin});
    if (!one.page_end) return found;
    begin = *one.page_end;
  }
  found.push_back({.table = table, .page_begin = begin});
  return found;
}

std::string page(std::uint64_t number) {
  return "'(" + std::to_string(number) + ",0)'";
}

/// In SQL transactions have no order but by their age; here of 32 bits.
std::string put_since(std::uint64_t transaction) {
  const auto id = std::to_string(static_cast<std::uint32_t>(transaction));
  return "pg_catalog.age(xmin) <= pg_catalog.age('" + id + "'::pg_catalog.xid)";
}

}  // namespace

std::vector<snapshot_piece> cut_tables(std::span<const table_extent> tables, piece_limits limits) {
  std::vector<snapshot_piece> pieces;
  for (std::size_t table = 0; table < tables.size(); ++table) {
    const auto& [pages, read] = tables[table];
    const std::uint64_t each =
        std::max<std::uint64_t>(quotient_up(pages, piece_count(pages, limits)), 1);
    for (const snapshot_piece& gap : gaps(table, read)) {
      // The table may be shorter by now than what was cut then.
      const std::uint64_t end =
          std::max(std::min(gap.page_end.value_or(pages), pages), gap.page_begin);
      const std::uint64_t length = end - gap.page_begin;
      cut(pieces, gap, length, std::max<std::uint64_t>(quotient_up(length, each), 1));
    }
    for (const pages_read& one : read)
      pieces.push_back({.table = table,
                        .page_begin = one.page_begin,
                        .page_end = one.page_end,
                        .put_since = one.horizon});
  }
  return pieces;
}

std::string piece_condition(const snapshot_piece& piece) {
  std::string sql;
  const auto both = [&sql](const std::string& one) { sql += (sql.empty() ? "" : " AND ") + one; };
  if (piece.page_begin > 0) both("ctid >= " + page(piece.page_begin));
  if (piece.page_end) both("ctid < " + page(*piece.page_end));
  if (piece.put_since) both(put_since(*piece.put_since));
  return sql.empty() ? sql : " WHERE " + sql;
}

}  // namespace tidewire::postgres
