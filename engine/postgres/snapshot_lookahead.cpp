#include "postgres/snapshot_lookahead.hpp"

#include <cassert>
#include <numeric>
#include <utility>

namespace tidewire::postgres {
namespace {

row_marker marker_of(bool first_of_all, bool first, bool last, bool last_of_all) noexcept {
  if (last_of_all) return row_marker::last;
  if (first_of_all) return row_marker::first;
  if (last) return row_marker::last_in_collection;
  if (first) return row_marker::first_in_collection;
  return row_marker::middle;
}

}  // namespace

snapshot_lookahead::snapshot_lookahead(std::vector<std::size_t> pieces, first_row first)
    : tables_(pieces.size()),
      pieces_left_(std::accumulate(pieces.begin(), pieces.end(), std::size_t{0})),
      first_(first) {
  for (std::size_t table = 0; table < pieces.size(); ++table)
    tables_[table].pieces_left = pieces[table];
}

error_code snapshot_lookahead::kept_row::assign(copy_form form,
                                                std::string_view message,
                                                std::size_t column_count) {
  const bool is_binary = form == copy_form::binary;
  const error_code ec =
      is_binary ? binary.assign(message, column_count) : text.assign(message, column_count);
  columns = is_binary ? binary.columns() : text.columns();
  return ec;
}

/// Text must be un-escaped, and that into memory of its own.
error_code snapshot_lookahead::kept_row::view(copy_form form,
                                              std::string_view message,
                                              std::size_t column_count) {
  if (form == copy_form::text) return assign(form, message, column_count);
  const error_code ec = binary.view(message, column_count);
  columns = binary.columns();
  return ec;
}

snapshot_lookahead::taken snapshot_lookahead::take(std::size_t table,
                                                   copy_form form,
                                                   std::string_view message,
                                                   std::size_t columns,
                                                   snapshot_row& row) {
  if (spare_->assign(form, message, columns).failed()) return taken::malformed;
  progress& of = tables_[table];
  spare_->first = !std::exchange(of.begun, true);
  std::swap(of.held, spare_);
  if (!spare_) {
    spare_ = free_row();
    ++held_count_;
    return taken::kept;
  }
  give(table, /*ends_table=*/false, /*last_of_all=*/false, row);
  return taken::gave;
}

snapshot_lookahead::taken snapshot_lookahead::pass(std::size_t table,
                                                   copy_form form,
                                                   std::string_view message,
                                                   std::size_t columns,
                                                   snapshot_row& row) {
  assert(may_pass(table));
  if (spare_->view(form, message, columns).failed()) return taken::malformed;
  spare_->first = !std::exchange(tables_[table].begun, true);
  give(table, /*ends_table=*/false, /*last_of_all=*/false, row);
  return taken::gave;
}

void snapshot_lookahead::give_kept(std::size_t table, snapshot_row& row) {
  take_kept(table);
  give(table, /*ends_table=*/false, /*last_of_all=*/false, row);
}

/// The row that was kept becomes the spare one.
void snapshot_lookahead::take_kept(std::size_t table) {
  free_.push_back(std::exchange(spare_, std::move(tables_[table].held)));
  --held_count_;
}

void snapshot_lookahead::piece_ended(std::size_t table) {
  progress& of = tables_[table];
  assert(of.pieces_left > 0);
  --pieces_left_;
  if (--of.pieces_left == 0 && of.held) ended_.push_back(table);
}

bool snapshot_lookahead::release(snapshot_row& row) {
  if (ended_.empty()) return false;
  const bool last_of_all = pieces_left_ == 0 && held_count_ == 1;
  if (held_count_ == 1 && !last_of_all) return false;
  const std::size_t table = ended_.front();
  ended_.erase(ended_.begin());
  take_kept(table);
  give(table, /*ends_table=*/true, last_of_all, row);
  return true;
}

std::unique_ptr<snapshot_lookahead::kept_row> snapshot_lookahead::free_row() {
  if (free_.empty()) return std::make_unique<kept_row>();
  auto found = std::move(free_.back());
  free_.pop_back();
  return found;
}

/// The row that is spare now.
void snapshot_lookahead::give(std::size_t table,
                              bool ends_table,
                              bool last_of_all,
                              snapshot_row& row) {
  const bool first_of_all =
      spare_->first && (first_ == first_row::of_all ? !given_any_ : table == 0);
  given_any_ = true;
  row.table = table;
  row.columns = spare_->columns;
  row.marker = marker_of(first_of_all, spare_->first, ends_table, last_of_all);
  row.ends_table = ends_table;
}

}  // namespace tidewire::postgres
