#include "app/snapshot_ledger.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>

namespace tidewire::app {
namespace {

namespace json = boost::json;
using postgres::pages_read;

/// Page after page from the first to whatever is the last.
bool covers_all(const std::vector<pages_read>& pages) noexcept {
  std::uint64_t end = 0;
  for (const pages_read& one : pages) {
    if (one.page_begin != end) return false;
    if (!one.page_end) return true;
    end = *one.page_end;
  }
  return false;
}

bool continues(const pages_read& one, const pages_read& next) noexcept {
  return one.page_end == next.page_begin && one.horizon == next.horizon;
}

std::optional<std::uint64_t> number(const json::value& value) {
  if (value.is_uint64()) return value.as_uint64();
  if (value.is_int64() && value.as_int64() >= 0)
    return static_cast<std::uint64_t>(value.as_int64());
  return std::nullopt;
}

std::optional<std::uint64_t> number(const json::object& object, const char* name) {
  const json::value* const value = object.if_contains(name);
  return value == nullptr ? std::nullopt : number(*value);
}

/// `[begin, end or null, horizon]`
std::optional<pages_read> pages_from(const json::value& value) {
  const json::array* const three = value.if_array();
  if (three == nullptr || three->size() != 3) return std::nullopt;
  const auto begin = number(three->at(0)), end = number(three->at(1)),
             horizon = number(three->at(2));
  if (!begin || !horizon || (!end && !three->at(1).is_null())) return std::nullopt;
  return pages_read{.page_begin = *begin, .page_end = end, .horizon = *horizon};
}

std::optional<snapshot_ledger::entry> entry_from(const json::value& value) {
  const json::object* const object = value.if_object();
  if (object == nullptr) return std::nullopt;
  const auto table = number(*object, "table"), filenode = number(*object, "filenode");
  const json::value* const pages = object->if_contains("pages");
  if (!table || !filenode || pages == nullptr || !pages->is_array()) return std::nullopt;
  snapshot_ledger::entry found{.table = {static_cast<std::uint32_t>(*table)}, .read = {}};
  found.read.filenode = static_cast<std::uint32_t>(*filenode);
  for (const json::value& one : pages->as_array()) {
    const auto read = pages_from(one);
    if (!read) return std::nullopt;
    found.read.pages.push_back(*read);
  }
  return found;
}

}  // namespace

void snapshot_ledger::begin(oid table, std::uint32_t filenode, bool kept) {
  auto at = std::ranges::find(tables, table, &entry::table);
  if (at == tables.end()) at = tables.insert(at, {.table = table, .read = {}});
  if (!kept) at->read = {.filenode = filenode, .pages = {}};
}

void snapshot_ledger::forget(oid table) {
  std::erase_if(tables, [table](const entry& e) { return e.table == table; });
}

void snapshot_ledger::add(oid table, const pages_read& pages) {
  const auto at = std::ranges::find(tables, table, &entry::table);
  if (at == tables.end()) return;
  auto& read = at->read.pages;
  const auto behind = std::ranges::lower_bound(read, pages.page_begin, {}, &pages_read::page_begin);
  auto here = read.insert(behind, pages);
  if (const auto next = here + 1; next != read.end() && continues(*here, *next)) {
    here->page_end = next->page_end;
    read.erase(next);
  }
  if (here != read.begin() && continues(*(here - 1), *here)) {
    (here - 1)->page_end = here->page_end;
    read.erase(here);
  }
}

bool snapshot_ledger::is_whole(oid table) const noexcept {
  const auto at = std::ranges::find(tables, table, &entry::table);
  return at != tables.end() && covers_all(at->read.pages);
}

std::size_t snapshot_ledger::whole_count() const noexcept {
  return static_cast<std::size_t>(
      std::ranges::count_if(tables, [](const entry& e) { return covers_all(e.read.pages); }));
}

postgres::read_before snapshot_ledger::of(oid table) const {
  const auto at = std::ranges::find(tables, table, &entry::table);
  return at == tables.end() ? postgres::read_before{} : at->read;
}

json::value to_json(const snapshot_ledger& ledger) {
  json::array tables;
  for (const auto& [table, read] : ledger.tables) {
    json::array pages;
    for (const pages_read& one : read.pages)
      pages.push_back(json::array{
          one.page_begin, one.page_end ? json::value(*one.page_end) : json::value(), one.horizon});
    tables.push_back(json::object{
        {"table", table.value}, {"filenode", read.filenode}, {"pages", std::move(pages)}});
  }
  return json::object{{"configuration", ledger.configuration}, {"tables", std::move(tables)}};
}

std::optional<snapshot_ledger> snapshot_ledger_from_json(const json::value& value) {
  const json::object* const object = value.if_object();
  if (object == nullptr) return std::nullopt;
  const auto configuration = number(*object, "configuration");
  const json::value* const tables = object->if_contains("tables");
  if (!configuration || tables == nullptr || !tables->is_array()) return std::nullopt;
  snapshot_ledger ledger{.configuration = static_cast<std::uint32_t>(*configuration), .tables = {}};
  for (const json::value& one : tables->as_array()) {
    auto entry = entry_from(one);
    if (!entry) return std::nullopt;
    ledger.tables.push_back(*std::move(entry));
  }
  return ledger;
}

}  // namespace tidewire::app
