#include "debezium/position_file.hpp"

#include "debezium/errc.hpp"
#include "debezium/java_map.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace tidewire::debezium {
namespace {

namespace json = boost::json;

/// `["<connector>",{"server":"<topic.prefix>"}]`
std::optional<entry_key> read_key(std::string_view text) {
  error_code error;
  const json::value parsed = json::parse(text, error);
  const json::array* const pair = error ? nullptr : parsed.if_array();
  if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_string()) return std::nullopt;
  const json::object* const partition = (*pair)[1].if_object();
  const json::value* const server =
      partition == nullptr ? nullptr : partition->if_contains("server");
  if (server == nullptr || !server->is_string()) return std::nullopt;
  return entry_key{.connector = std::string((*pair)[0].as_string()),
                   .server = std::string(server->as_string())};
}

/// Reads the members of one JSON object; remembers whether one had another type than expected.
class members {
 public:
  explicit members(const json::object& of) noexcept : of_(&of) {}

  std::optional<std::int64_t> integer(std::string_view name) {
    const json::value* const value = find(name);
    if (value == nullptr) return std::nullopt;
    if (const auto* number = value->if_int64()) return *number;
    right_ = false;
    return std::nullopt;
  }
  /// A position that goes beyond 2^63 is negative in Java.
  std::optional<lsn> position(std::string_view name) {
    const auto number = integer(name);
    if (!number) return std::nullopt;
    return lsn{static_cast<std::uint64_t>(*number)};
  }
  bool flag(std::string_view name) {
    const json::value* const value = find(name);
    if (value == nullptr) return false;
    if (const bool* yes = value->if_bool()) return *yes;
    right_ = false;
    return false;
  }
  std::string text(std::string_view name) {
    const json::value* const value = find(name);
    if (value == nullptr) return {};
    if (const auto* words = value->if_string()) return std::string(*words);
    right_ = false;
    return {};
  }
  bool right() const noexcept { return right_; }

 private:
  const json::value* find(std::string_view name) const {
    const json::value* const value = of_->if_contains(name);
    return value == nullptr || value->is_null() ? nullptr : value;
  }

  const json::object* of_;
  bool right_ = true;
};

}  // namespace

result<std::vector<entry>> read_position_file(std::string_view bytes) {
  std::vector<entry> entries;
  if (bytes.empty()) return entries;
  auto map = read_java_map(bytes);
  if (!map) return map.error();
  for (auto& [key_text, value_text] : *map) {
    auto key = key_text ? read_key(*key_text) : std::nullopt;
    if (!key) return errc::not_a_position;
    entries.push_back({.key_text = std::move(*key_text),
                       .value_text = std::move(value_text),
                       .key = std::move(*key)});
  }
  return entries;
}

std::string write_position_file(const std::vector<entry>& entries) {
  std::vector<java_entry> map;
  for (const auto& entry : entries) map.push_back({entry.key_text, entry.value_text});
  return write_java_map(map);
}

result<connector_position> read_position(std::string_view text) {
  error_code error;
  const json::value parsed = json::parse(text, error);
  const json::object* const object = error ? nullptr : parsed.if_object();
  if (object == nullptr) return errc::not_a_position;
  members of(*object);
  connector_position position{.snapshot = of.flag("snapshot"),
                              .last_snapshot_record = of.flag("last_snapshot_record"),
                              .at = of.position("lsn"),
                              .processed = of.position("lsn_proc"),
                              .commit = of.position("lsn_commit"),
                              .txid = of.integer("txId"),
                              .time_us = of.integer("ts_usec"),
                              .message_type = of.text("messageType")};
  if (!of.right()) return errc::not_a_position;
  return position;
}

entry make_entry(const entry_key& key, const connector_position& position) {
  json::object value;
  value["transaction_id"] = nullptr;
  const auto put = [&value](const char* name, const auto& number) {
    if (number) value[name] = *number;
  };
  const auto put_lsn = [&value](const char* name, const std::optional<lsn>& at) {
    if (at) value[name] = static_cast<std::int64_t>(at->value);
  };
  if (position.snapshot) {
    value["snapshot"] = true;
    value["last_snapshot_record"] = position.last_snapshot_record;
  }
  put_lsn("lsn_proc", position.processed);
  if (!position.message_type.empty()) value["messageType"] = position.message_type;
  put_lsn("lsn_commit", position.commit);
  put_lsn("lsn", position.at);
  put("txId", position.txid);
  put("ts_usec", position.time_us);
  json::array pair;
  pair.emplace_back(key.connector);
  json::object partition;
  partition["server"] = key.server;
  pair.emplace_back(std::move(partition));
  return {.key_text = json::serialize(pair), .value_text = json::serialize(value), .key = key};
}

const entry* find_entry(const std::vector<entry>& entries, const entry_key& key) {
  const entry* same_server = nullptr;
  std::size_t count = 0;
  for (const auto& entry : entries) {
    if (!entry.value_text) continue;
    if (entry.key == key) return &entry;
    if (entry.key.server != key.server) continue;
    same_server = &entry;
    ++count;
  }
  return count == 1 ? same_server : nullptr;
}

}  // namespace tidewire::debezium
