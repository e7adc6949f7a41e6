#include "ledger/arrival.hpp"

#include "ledger/test_decoding.hpp"

#include <simdjson.h>

#include <array>
#include <cstdint>

namespace tidewire::ledger {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

std::optional<std::string> text_of(element value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  if (value.is_null()) return std::nullopt;
  return simdjson::minify(value);
}

/// The object that has op and source, at most four envelopes deep.
std::optional<object> find_event(element root, bool& tombstone) {
  static constexpr std::array envelopes{"payload", "value", "event", "detail"};
  for (int depth = 0; depth < 5; ++depth) {
    if (root.is_null()) tombstone = true;
    object here;
    if (root.get(here) != simdjson::SUCCESS) return std::nullopt;
    if (here["op"].error() == simdjson::SUCCESS && here["source"].error() == simdjson::SUCCESS)
      return here;
    bool deeper = false;
    for (const char* name : envelopes) {
      if (here[name].get(root) != simdjson::SUCCESS) continue;
      deeper = true;
      break;
    }
    if (!deeper) return std::nullopt;
  }
  return std::nullopt;
}

void read_row(object event, const char* name, std::vector<arrived_column>& to) {
  object row;
  if (event[name].get(row) != simdjson::SUCCESS) return;
  for (const auto& [column, value] : row) to.emplace_back(column, text_of(value));
}

}  // namespace

struct arrival_reader::state {
  simdjson::dom::parser parser;
};

arrival_reader::arrival_reader() : state_(std::make_unique<state>()) {}
arrival_reader::~arrival_reader() = default;
arrival_reader::arrival_reader(arrival_reader&&) noexcept = default;
arrival_reader& arrival_reader::operator=(arrival_reader&&) noexcept = default;

result<std::optional<arrival>> arrival_reader::read(std::string_view record) {
  if (record.empty()) return std::optional<arrival>();
  element root;
  if (state_->parser.parse(record.data(), record.size()).get(root) != simdjson::SUCCESS)
    return make_error_code(errc::no_event);
  bool tombstone = false;
  const auto event = find_event(root, tombstone);
  if (tombstone) return std::optional<arrival>();
  object source;
  std::string_view operation, schema, table;
  if (!event || (*event)["op"].get(operation) != simdjson::SUCCESS || operation.size() != 1 ||
      (*event)["source"].get(source) != simdjson::SUCCESS ||
      source["schema"].get(schema) != simdjson::SUCCESS ||
      source["table"].get(table) != simdjson::SUCCESS)
    return make_error_code(errc::no_event);
  std::optional<arrival> found(std::in_place);
  found->schema = schema;
  found->table = table;
  found->operation = operation.front();
  std::uint64_t position = 0;
  if (source["lsn"].get(position) == simdjson::SUCCESS) found->position = lsn{position};
  read_row(*event, "after", found->row);
  if (found->row.empty()) read_row(*event, "before", found->row);
  return found;
}

}  // namespace tidewire::ledger
