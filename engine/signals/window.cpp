#include "signals/window.hpp"

#include <cassert>
#include <utility>

namespace tidewire::signals {

using postgres::value_kind;

void window::start(std::size_t column_count, std::vector<std::size_t> identity) {
  clear();
  columns_ = column_count;
  keyless_ = identity.empty();
  identity_ = std::move(identity);
}

void window::clear() {
  clear_rows();
  opened_ = false;
}

void window::clear_rows() {
  bytes_.clear();
  values_.clear();
  gone_.clear();
  by_identity_.clear();
  next_ = 0;
  left_ = 0;
}

/// Sizes before the bytes, so that no two keys run into each other.
void window::append_identity(postgres::tuple_view row, std::string& key) const {
  key.clear();
  for (const std::size_t i : identity_) {
    key += std::to_string(row[i].bytes.size());
    key += ':';
    key += row[i].bytes;
  }
}

void window::add(postgres::tuple_view row) {
  assert(row.size() == columns_);
  for (const postgres::value_view& value : row) {
    values_.push_back({bytes_.size(), value.bytes.size(), value.kind});
    bytes_.append(value.bytes);
  }
  if (!keyless_) {
    append_identity(row, key_);
    by_identity_.insert_or_assign(key_, gone_.size());
  }
  gone_.push_back(false);
  ++left_;
}

void window::drop(std::size_t row) {
  if (gone_[row]) return;
  gone_[row] = true;
  --left_;
}

/// Whether the row has every value that the changed one is known to have, of at least one column.
bool window::fits(std::size_t row,
                  postgres::tuple_view changed,
                  const std::vector<std::size_t>& place) const {
  bool any = false;
  const auto differs = [&](std::size_t column) {
    const std::size_t at = column < place.size() ? place[column] : none;
    if (at == none || at >= changed.size() || changed[at].kind != value_kind::text) return false;
    any = true;
    const place_of_value& mine = values_[row * columns_ + column];
    return mine.kind != value_kind::text || text(mine) != changed[at].bytes;
  };
  if (keyless_) {
    for (std::size_t column = 0; column < columns_; ++column)
      if (differs(column)) return false;
  } else {
    // The old row may hold the columns of the replica identity only, which need not be the key's.
    bool key_known = true;
    for (const std::size_t column : identity_) {
      const std::size_t at = column < place.size() ? place[column] : none;
      key_known =
          key_known && at != none && at < changed.size() && changed[at].kind == value_kind::text;
      if (differs(column)) return false;
    }
    if (!key_known)
      for (std::size_t column = 0; column < columns_; ++column)
        if (differs(column)) return false;
  }
  return any;
}

void window::remove(postgres::tuple_view changed, const std::vector<std::size_t>& place) {
  if (left_ == 0 || changed.empty()) return;
  if (!keyless_) {
    row_.assign(columns_, {});
    bool known = true;
    for (const std::size_t column : identity_) {
      const std::size_t at = column < place.size() ? place[column] : none;
      known = known && at != none && at < changed.size() && changed[at].kind == value_kind::text;
      if (known) row_[column] = changed[at];
    }
    if (known) {
      append_identity(row_, key_);
      if (const auto found = by_identity_.find(key_); found != by_identity_.end())
        drop(found->second);
      return;
    }
  }
  for (std::size_t row = 0; row < gone_.size(); ++row) {
    if (gone_[row] || !fits(row, changed, place)) continue;
    drop(row);
    if (keyless_) return;  // equal rows are as many as they are
  }
}

bool window::take(postgres::tuple_view& row) {
  while (next_ < gone_.size() && gone_[next_]) ++next_;
  if (next_ == gone_.size()) return false;
  row_.clear();
  for (std::size_t i = 0; i < columns_; ++i) {
    const place_of_value& value = values_[next_ * columns_ + i];
    row_.push_back({value.kind, text(value)});
  }
  drop(next_++);
  row = row_;
  return true;
}

}  // namespace tidewire::signals
