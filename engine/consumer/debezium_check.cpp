#include "consumer/debezium_check.hpp"

#include <fmt/core.h>

#include <string_view>

namespace tidewire::consumer {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

enum class kind { text, integer, truth_or_text, object, array };
enum class need {
  required,
  nullable,
  optional
};  // nullable: must be there; optional: may be missing or null

struct member_rule {
  const char* name;
  kind type;
  need how;
};

bool is_of(element value, kind type) {
  switch (type) {
    case kind::text:
      return value.is_string();
    case kind::integer:
      return value.is_int64() || value.is_uint64();
    case kind::truth_or_text:
      return value.is_string() || value.is_bool();
    case kind::object:
      return value.is_object();
    case kind::array:
      return value.is_array();
  }
  return false;
}

const char* name_of(kind type) {
  switch (type) {
    case kind::text:
      return "a string";
    case kind::integer:
      return "an integer";
    case kind::truth_or_text:
      return "a string";
    case kind::object:
      return "an object";
    case kind::array:
      return "an array";
  }
  return "";
}

template <std::size_t Size>
std::string find_fault(object json, std::string_view where, const member_rule (&rules)[Size]) {
  for (const auto& rule : rules) {
    element value;
    if (json[rule.name].get(value) != simdjson::SUCCESS) {
      if (rule.how == need::optional) continue;
      return fmt::format("{}{} is missing", where, rule.name);
    }
    if (value.is_null() && rule.how != need::required) continue;
    if (!is_of(value, rule.type))
      return fmt::format("{}{} is not {}", where, rule.name, name_of(rule.type));
  }
  return {};
}

constexpr member_rule always[] = {
    {"op", kind::text, need::required},
    {"source", kind::object, need::required},
    {"ts_ms", kind::integer, need::nullable},
    {"transaction", kind::object, need::optional},
};
constexpr member_rule of_rows[] = {
    {"before", kind::object, need::nullable},
    {"after", kind::object, need::nullable},
};
constexpr member_rule of_messages[] = {
    {"message", kind::object, need::required},
};
constexpr member_rule of_transactions[] = {
    {"status", kind::text, need::required},
    {"id", kind::text, need::required},
    {"event_count", kind::integer, need::nullable},
    {"data_collections", kind::array, need::nullable},
    {"ts_ms", kind::integer, need::required},
};
constexpr member_rule of_notifications[] = {
    {"id", kind::text, need::required},
    {"aggregate_type", kind::text, need::required},
    {"type", kind::text, need::required},
    {"additional_data", kind::object, need::optional},
    {"timestamp", kind::integer, need::optional},
};
constexpr member_rule of_heartbeats[] = {
    {"ts_ms", kind::integer, need::required},
};
constexpr member_rule of_source[] = {
    {"version", kind::text, need::required},
    {"connector", kind::text, need::required},
    {"name", kind::text, need::required},
    {"ts_ms", kind::integer, need::required},
    {"snapshot", kind::truth_or_text, need::optional},
    {"db", kind::text, need::required},
    {"sequence", kind::text, need::optional},
    {"schema", kind::text, need::required},
    {"table", kind::text, need::required},
    {"txId", kind::integer, need::optional},
    {"lsn", kind::integer, need::optional},
    {"xmin", kind::integer, need::optional},
};

bool is_null(object payload, const char* name) {
  element value;
  return payload[name].get(value) == simdjson::SUCCESS && value.is_null();
}

bool has(object payload, const char* name) {
  element value;
  return payload[name].get(value) == simdjson::SUCCESS;
}

std::string find_fault_in_change(object payload) {
  if (auto fault = find_fault(payload, "", always); !fault.empty()) return fault;
  object source;
  if (payload["source"].get(source) != simdjson::SUCCESS) return "source is missing";
  if (auto fault = find_fault(source, "source.", of_source); !fault.empty()) return fault;

  std::string_view op;
  if (payload["op"].get(op) != simdjson::SUCCESS) return "op is missing";
  if (op == "m") return find_fault(payload, "", of_messages);
  if (op != "c" && op != "u" && op != "d" && op != "r" && op != "t")
    return fmt::format("op is `{}`, none of c, u, d, r, t, m", op);
  if (auto fault = find_fault(payload, "", of_rows); !fault.empty()) return fault;
  const bool needs_after = op == "c" || op == "u" || op == "r";
  if (needs_after && is_null(payload, "after"))
    return fmt::format("after is null in an event with op {}", op);
  return {};
}

}  // namespace

std::string find_fault_in_payload(object payload) {
  if (!has(payload, "op") && !has(payload, "source")) {
    if (has(payload, "status")) return find_fault(payload, "", of_transactions);
    if (has(payload, "aggregate_type")) return find_fault(payload, "", of_notifications);
    if (payload.size() == 1) return find_fault(payload, "", of_heartbeats);
  }
  return find_fault_in_change(payload);
}

}  // namespace tidewire::consumer
