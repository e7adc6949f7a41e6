#include "ledger/book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <optional>
#include <unordered_set>

namespace tidewire::ledger {
namespace {

constexpr std::size_t examples_max = 20;
constexpr char between_columns = '\x1f';

bool is_plain(std::string_view type) {
  static constexpr std::array<std::string_view, 7> plain{
      "integer", "bigint", "smallint", "text", "character varying", "boolean", "uuid"};
  return std::ranges::find(plain, type) != plain.end();
}

const decoded_column* find_column(const std::vector<decoded_column>& row, std::string_view name) {
  const auto found = std::ranges::find(row, name, &decoded_column::name);
  return found == row.end() ? nullptr : &*found;
}

const arrived_column* find_column(const std::vector<arrived_column>& row, std::string_view name) {
  const auto found = std::ranges::find(row, name, &arrived_column::first);
  return found == row.end() ? nullptr : &*found;
}

std::string key_of(const std::vector<decoded_column>& row, const std::vector<std::string>& key) {
  std::string text;
  for (const auto& name : key) {
    const auto* const column = find_column(row, name);
    if (column != nullptr) text += column->text;
    text += between_columns;
  }
  return text;
}

std::string key_of(const std::vector<arrived_column>& row, const std::vector<std::string>& key) {
  std::string text;
  for (const auto& name : key) {
    const auto* const column = find_column(row, name);
    if (column != nullptr) text += column->second.value_or("");
    text += between_columns;
  }
  return text;
}

std::string identity(std::uint32_t table, char operation, lsn position, std::string_view key) {
  return fmt::format("{}{}{:x}{}{}", table, operation, position.value, between_columns, key);
}

/// FNV-1a, 64 bits.
void mix(std::uint64_t& hash, std::string_view text) {
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3U;
  }
  hash ^= 0xffU;
  hash *= 0x100000001b3U;
}

void roll(std::uint64_t& hash, std::uint64_t next) {
  hash = (hash ^ next) * 0x9e3779b97f4a7c15U;
  hash ^= hash >> 29U;
}

std::string shown(std::string_view key) {
  std::string text(key.substr(0, 60));
  std::ranges::replace(text, between_columns, ' ');
  return text;
}

}  // namespace

bool findings::good() const noexcept {
  return std::ranges::all_of(tables, [](const table_findings& t) {
    return t.missing == 0 && t.inverted == 0 && t.differing == 0 && t.unknown == 0;
  });
}

void book::add_table(std::string schema,
                     std::string name,
                     std::vector<std::string> key,
                     bool in_snapshot) {
  table& one = tables_.emplace_back();
  one.key = std::move(key);
  one.in_snapshot = in_snapshot;
  one.found.name = schema + "." + name;
  names_.emplace(std::pair(std::move(schema), std::move(name)),
                 static_cast<table_index>(tables_.size() - 1));
}

book::table* book::find(std::string_view schema, std::string_view name, table_index& index) {
  const auto found = names_.find(std::pair(std::string(schema), std::string(name)));
  if (found == names_.end()) return nullptr;
  index = found->second;
  return &tables_[index];
}

void book::change(lsn position, const decoded_line& line) {
  for (const auto& [schema, name] : line.tables) {
    table_index index = 0;
    table* const of = find(schema, name, index);
    if (of == nullptr) continue;
    for (const auto& column : line.row)
      if (std::ranges::find(of->key, column.name) != of->key.end() && !is_plain(column.type))
        of->key_is_plain = false;
    switch (line.what) {
      case decoded_line::kind::insert:
        add(index, 'c', position, key_of(line.row, of->key), line.row);
        break;
      case decoded_line::kind::update:
        add_update(index, position, line);
        break;
      case decoded_line::kind::remove:
        add(index, 'd', position, key_of(line.row, of->key), line.row);
        break;
      case decoded_line::kind::truncate:
        add(index, 't', position, "", {});
        break;
      default:
        break;
    }
  }
}

/// The old key is shown where it changed, and always under REPLICA IDENTITY FULL.
void book::add_update(table_index of, lsn position, const decoded_line& line) {
  const auto& key = tables_[of].key;
  const std::string now = key_of(line.row, key);
  const std::string before = line.old_key.empty() ? now : key_of(line.old_key, key);
  if (before == now || key.empty()) {
    add(of, 'u', position, now, line.row);
  } else {
    add(of, 'd', position, before, line.old_key);
    add(of, 'c', position, now, line.row);
  }
}

void book::add(table_index of,
               char operation,
               lsn position,
               std::string key,
               std::vector<decoded_column> row) {
  std::erase_if(row, [](const decoded_column& c) { return !is_plain(c.type); });
  std::string name = identity(of, operation, position, tables_[of].key_is_plain ? key : "");
  entries_.push_back({.of = of,
                      .operation = operation,
                      .position = position,
                      .key = std::move(key),
                      .row = std::move(row)});
  const auto [place, is_new] = by_identity_.emplace(std::move(name), entries_.size() - 1);
  if (is_new) return;
  std::size_t last = place->second;
  while (entries_[last].same != none) last = entries_[last].same;
  entries_[last].same = entries_.size() - 1;
}

void book::commit(lsn end) {
  if (committed_ < entries_.size()) ++all_.transactions;
  for (; committed_ < entries_.size(); ++committed_) entries_[committed_].commit_end = end;
}

std::size_t book::first_after(lsn position) const {
  const auto found = std::ranges::upper_bound(entries_, position, {}, &entry::commit_end);
  return static_cast<std::size_t>(found - entries_.begin());
}

void book::arrived(const arrival& one) {
  table_index index = 0;
  table* const of = find(one.schema, one.table, index);
  if (of == nullptr) {
    ++all_.outside;
    return;
  }
  if (one.operation == 'r') return snapshot_row(*of, one);
  const std::string key = of->key_is_plain && one.operation != 't' ? key_of(one.row, of->key) : "";
  const auto found = by_identity_.find(identity(index, one.operation, one.position, key));
  if (found != by_identity_.end()) return matched(*of, found->second, one);
  if (one.position < how_.from || one.position >= how_.until) {
    ++all_.outside;
    return;
  }
  ++of->found.unknown;
  say(*of, "is not in the log", one.operation, one.position, key);
}

void book::matched(table& of, std::size_t which, const arrival& one) {
  const bool unmistakable = entries_[which].same == none;
  while (entries_[which].has_arrived && entries_[which].same != none) which = entries_[which].same;
  entry& e = entries_[which];
  const bool first = !e.has_arrived;
  std::uint64_t log = 0, here = 0;
  bool differs = false;
  for (const auto& column : e.row) {
    const auto* const other = find_column(one.row, column.name);
    if (other == nullptr || column.what == decoded_column::state::unchanged) continue;
    const bool null = column.what == decoded_column::state::null;
    mix(log, column.name);
    mix(log, null ? "\1" : column.text);
    mix(here, column.name);
    mix(here, other->second.value_or("\1"));
    differs =
        differs || null == other->second.has_value() || (!null && column.text != *other->second);
  }
  if (how_.values && differs && unmistakable) {
    ++of.found.differing;
    say(of, "has another content than the log", e.operation, e.position, e.key);
  }
  if (!first) {
    ++of.found.repeated;
    return;
  }
  e.has_arrived = true;
  e.log_digest = how_.values ? log : 0;
  e.arrival_digest = how_.values ? here : 0;
  in_order(of, one, 2 * which + 1);
}

void book::in_order(table& of, const arrival& one, std::uint64_t order) {
  if (of.key.empty() || one.operation == 't') return;
  const std::string key = key_of(one.row, of.key);
  auto& latest = of.latest[key];
  if (order < latest) {
    ++of.found.inverted;
    say(of, "came after a later event of its key", one.operation, one.position, key);
  }
  latest = std::max(latest, order);
}

void book::snapshot_row(table& of, const arrival& one) {
  all_.snapshot = std::max(all_.snapshot, one.position);
  if (of.key.empty()) {
    ++of.found.snapshot_rows;
    return;
  }
  auto& seen = of.snapshot_keys[key_of(one.row, of.key)];
  if (one.position <= seen) {
    ++of.found.repeated;
    return;
  }
  seen = one.position;
  ++of.found.snapshot_rows;
  in_order(of, one, 2 * first_after(one.position));
}

/// Rows that the log brought to life before the last snapshot, and did not delete again, must be in
/// it.
void book::require_of_snapshot(lsn snapshot, findings& to) {
  std::vector<std::unordered_set<std::string>> living(tables_.size());
  for (std::size_t i = 0; i < first_after(snapshot); ++i) {
    const entry& e = entries_[i];
    ++to.before_snapshot;
    if (e.operation == 't') living[e.of].clear();
    if (e.operation == 'd') living[e.of].erase(e.key);
    if (e.operation == 'c' || e.operation == 'u') living[e.of].insert(e.key);
  }
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    table& of = tables_[i];
    if (of.key.empty() || !of.key_is_plain || !of.in_snapshot) continue;
    for (const auto& key : living[i]) {
      const auto found = of.snapshot_keys.find(key);
      if (found != of.snapshot_keys.end() && found->second == snapshot) continue;
      ++of.found.missing;
      say(of, "is missing in the snapshot", 'r', snapshot, key);
    }
  }
}

void book::say(
    const table& of, std::string_view what, char operation, lsn position, std::string_view key) {
  if (all_.examples.size() < examples_max)
    all_.examples.push_back(fmt::format(
        "{} {} at {} key {}: {}", of.found.name, operation, to_string(position), shown(key), what));
}

findings book::close() {
  if (all_.snapshot) require_of_snapshot(all_.snapshot, all_);
  for (std::size_t i = first_after(all_.snapshot); i < committed_; ++i) {
    const entry& e = entries_[i];
    table& of = tables_[e.of];
    if (e.commit_end > how_.until || how_.not_sent.find(e.operation) != std::string::npos) continue;
    ++of.found.expected;
    std::uint64_t name = 0;
    mix(name, identity(0, e.operation, e.position, of.key_is_plain ? e.key : ""));
    roll(of.found.log_hash, name ^ e.log_digest);
    if (e.has_arrived) {
      ++of.found.arrived;
      roll(of.found.arrival_hash, name ^ e.arrival_digest);
    } else {
      ++of.found.missing;
      say(of, "is missing", e.operation, e.position, e.key);
    }
  }
  for (const auto& [name, index] : names_) all_.tables.push_back(std::move(tables_[index].found));
  return std::move(all_);
}

}  // namespace tidewire::ledger
