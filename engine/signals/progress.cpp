#include "signals/progress.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace tidewire::signals {
namespace {

namespace json = boost::json;

json::array to_array(const key_values& values) {
  json::array out;
  for (const auto& value : values) out.push_back(value ? json::value(*value) : json::value());
  return out;
}

std::string text_of(const json::value& value) {
  return value.is_string() ? std::string(value.as_string().data(), value.as_string().size())
                           : std::string();
}

std::string member(const json::object& from, std::string_view name) {
  const json::value* const value = from.if_contains(name);
  return value == nullptr ? std::string() : text_of(*value);
}

key_values read_values(const json::object& from, std::string_view name) {
  key_values out;
  const json::value* const value = from.if_contains(name);
  if (const json::array* const listed = value == nullptr ? nullptr : value->if_array())
    for (const json::value& one : *listed)
      out.push_back(one.is_string() ? std::optional(text_of(one)) : std::nullopt);
  return out;
}

std::optional<collection> read_collection(const json::value& value) {
  const json::object* const from = value.if_object();
  if (from == nullptr) return std::nullopt;
  collection out{.table = {.schema = member(*from, "schema"), .name = member(*from, "table")},
                 .condition = member(*from, "condition"),
                 .surrogate_key = member(*from, "surrogate_key")};
  if (out.table.name.empty()) return std::nullopt;
  return out;
}

}  // namespace

std::string progress::table_names() const {
  std::string out;
  for (const collection& one : tables_) out += (out.empty() ? "" : ",") + to_string(one.table);
  return out;
}

void progress::add(std::vector<collection> more, std::string id) {
  std::ranges::move(more, std::back_inserter(tables_));
  signal_id_ = std::move(id);
}

void progress::begin_table() {
  order_.clear();
  maximum_.clear();
  read_to_.clear();
  sent_to_.clear();
}

void progress::finish_table() {
  tables_.pop_front();
  begin_table();
  row_count_ = 0;
  if (tables_.empty()) paused_ = false;
}

void progress::stop() {
  tables_.clear();
  signal_id_.clear();
  begin_table();
  row_count_ = 0;
  paused_ = false;
}

bool progress::remove(const postgres::table_name& table) {
  const auto before = tables_.size();
  std::erase_if(tables_, [&](const collection& one) {
    return &one != &tables_.front() && one.table == table;
  });
  return tables_.size() != before;
}

void progress::order_by(std::vector<std::string> columns) {
  if (columns == order_) return;
  begin_table();
  order_ = std::move(columns);
}

void progress::rows_read(key_values last, std::uint64_t row_count) {
  read_to_ = std::move(last);
  row_count_ += row_count;
}

std::string progress::to_json() const {
  if (!running()) return {};
  json::array due;
  for (const collection& one : tables_)
    due.push_back(json::object{{"schema", one.table.schema},
                               {"table", one.table.name},
                               {"condition", one.condition},
                               {"surrogate_key", one.surrogate_key}});
  json::array order(order_.begin(), order_.end());
  return json::serialize(json::object{{"signal", signal_id_},
                                      {"paused", paused_},
                                      {"tables", std::move(due)},
                                      {"order", std::move(order)},
                                      {"maximum", to_array(maximum_)},
                                      {"sent_to", to_array(sent_to_)}});
}

std::optional<progress> progress::from_json(std::string_view text) {
  progress out;
  if (text.empty()) return out;
  boost::system::error_code error;
  const json::value parsed = json::parse({text.data(), text.size()}, error);
  const json::object* const from = error ? nullptr : parsed.if_object();
  const json::value* const due = from == nullptr ? nullptr : from->if_contains("tables");
  if (due == nullptr || !due->is_array()) return std::nullopt;
  for (const json::value& one : due->get_array()) {
    auto read = read_collection(one);
    if (!read) return std::nullopt;
    out.tables_.push_back(*std::move(read));
  }
  out.signal_id_ = member(*from, "signal");
  const json::value* const paused = from->if_contains("paused");
  out.paused_ = paused != nullptr && paused->is_bool() && paused->get_bool();
  for (auto& name : read_values(*from, "order")) out.order_.push_back(name.value_or(""));
  out.maximum_ = read_values(*from, "maximum");
  out.sent_to_ = read_values(*from, "sent_to");
  out.read_to_ = out.sent_to_;
  // A position without the bound, or of another number of columns, is none.
  if (out.sent_to_.size() != out.order_.size() || out.maximum_.size() != out.order_.size())
    out.begin_table();
  return out;
}

}  // namespace tidewire::signals
