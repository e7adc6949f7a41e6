#include "app/signal_watch.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace tidewire::app {
namespace {

/// Debezium wants the signal table to have these columns, and goes by their order.
constexpr std::size_t signal_columns = 3;

std::string text_of(const postgres::value_view& value) {
  return value.kind == postgres::value_kind::text ? std::string(value.bytes) : std::string();
}

}  // namespace

void signal_watch::reconnected() {
  signal_relation_ = {};
  columns_.clear();
  places_known_ = false;
  rows_.clear();
  recent_ = {};  // a standby that was promoted may never have had them
}

void signal_watch::learn(const postgres::relation_message& relation) {
  if (signal_table_ && signal_table_->schema == relation.schema &&
      signal_table_->name == relation.name)
    signal_relation_ = relation.id;
  auto& names = columns_[relation.id];
  names.clear();
  for (const auto& column : relation.columns) names.emplace_back(column.name);
  places_known_ = false;
}

std::optional<signals::message> signal_watch::signal_in(
    const postgres::pgoutput_message& message) const {
  const auto* const insert = std::get_if<postgres::insert_message>(&message);
  if (insert == nullptr || insert->relation != signal_relation_ ||
      insert->new_row.size() != signal_columns)
    return std::nullopt;
  return signals::message{.id = text_of(insert->new_row[0]),
                          .type = text_of(insert->new_row[1]),
                          .data = text_of(insert->new_row[2])};
}

bool signal_watch::touches_chunk(const postgres::pgoutput_message& message) const noexcept {
  if (const auto* const update = std::get_if<postgres::update_message>(&message))
    return update->relation == chunk_relation_;
  if (const auto* const removal = std::get_if<postgres::delete_message>(&message))
    return removal->relation == chunk_relation_;
  if (const auto* const truncate = std::get_if<postgres::truncate_message>(&message))
    return std::ranges::find(truncate->relations, chunk_relation_) != truncate->relations.end();
  return false;
}

void signal_watch::overtake(const postgres::pgoutput_message& message) {
  if (!overtaking()) return;
  if (const auto* const insert = std::get_if<postgres::insert_message>(&message)) {
    if (insert->relation == chunk_relation_) rows_.remove(insert->new_row, places());
    return;
  }
  if (!touches_chunk(message)) return;
  if (const auto* const update = std::get_if<postgres::update_message>(&message)) {
    rows_.remove(update->old_row, places());
    rows_.remove(update->new_row, places());
  } else if (const auto* const removal = std::get_if<postgres::delete_message>(&message)) {
    rows_.remove(removal->old_row, places());
  } else {
    rows_.remove_all();
  }
}

void signal_watch::start_chunk(const postgres::table& table) {
  chunk_relation_ = table.id;
  chunk_columns_.clear();
  for (const auto& column : table.columns) chunk_columns_.push_back(column.name);
  places_known_ = false;
  seen_by_.reset();
  hidden_ = false;
  rows_.start(table.columns.size(), table.key);
}

bool signal_watch::read_as_of(postgres::transaction_snapshot snapshot) {
  if (!recent_.all_seen_by(snapshot)) return false;
  seen_by_ = std::move(snapshot);
  return true;
}

const std::vector<std::size_t>& signal_watch::places() {
  if (places_known_) return places_;
  const auto& names = columns_[chunk_relation_];
  places_.clear();
  for (const std::string& wanted : chunk_columns_) {
    const auto found = std::ranges::find(names, wanted);
    places_.push_back(found == names.end() ? signals::window::none
                                           : static_cast<std::size_t>(found - names.begin()));
  }
  places_known_ = true;
  return places_;
}

}  // namespace tidewire::app
