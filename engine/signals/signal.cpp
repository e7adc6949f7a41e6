#include "signals/signal.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cctype>

namespace tidewire::signals {
namespace {

namespace json = boost::json;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(
      out, out.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

/// Empty where there is no such member, or it is no text.
std::string text_of(const json::object& from, std::string_view name) {
  const json::value* const value = from.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->as_string().data(), value->as_string().size());
}

const json::array* array_of(const json::object& from, std::string_view name) {
  const json::value* const value = from.if_contains(name);
  return value == nullptr ? nullptr : value->if_array();
}

std::vector<std::string> tables_of(const json::object& data) {
  std::vector<std::string> out;
  const json::array* const listed = array_of(data, "data-collections");
  if (listed == nullptr) return out;
  for (const json::value& one : *listed)
    if (one.is_string())
      out.emplace_back(trimmed({one.as_string().data(), one.as_string().size()}));
  return out;
}

std::vector<condition> conditions_of(const json::object& data, bool blocking) {
  const std::string old_form = text_of(data, "additional-condition");
  if (!trimmed(old_form).empty() && !blocking) return {{.tables = ".*", .filter = old_form}};
  std::vector<condition> out;
  if (const json::array* const listed = array_of(data, "additional-conditions"))
    for (const json::value& one : *listed)
      if (const json::object* const member = one.if_object())
        out.push_back({.tables = std::string(trimmed(text_of(*member, "data-collection"))),
                       .filter = text_of(*member, "filter")});
  return out;
}

/// The snapshot's kind in capitals.
std::string kind_of(const json::object& data) {
  const std::string kind = upper(text_of(data, "type"));
  return kind.empty() ? "INCREMENTAL" : kind;
}

request read_start(const json::object& data) {
  start_snapshot asked;
  asked.tables = tables_of(data);
  if (asked.tables.empty()) return ignored{"data-collections is missing or empty"};
  const std::string kind = kind_of(data);
  if (kind != "INCREMENTAL" && kind != "BLOCKING")
    return ignored{"type is neither incremental nor blocking"};
  asked.blocking = kind == "BLOCKING";
  asked.conditions = conditions_of(data, asked.blocking);
  asked.surrogate_key = trimmed(text_of(data, "surrogate-key"));
  return asked;
}

request read_stop(const json::object& data) {
  if (kind_of(data) != "INCREMENTAL") return ignored{"only incremental snapshots can be stopped"};
  return stop_snapshot{tables_of(data)};
}

request read_log(const json::object& data) {
  std::string text = text_of(data, "message");
  if (text.empty()) return ignored{"message is missing"};
  return write_log{std::move(text)};
}

}  // namespace

std::variant<message, fault> read_line(std::string_view line) {
  boost::system::error_code error;
  const json::value parsed = json::parse({line.data(), line.size()}, error);
  const json::object* const object = error ? nullptr : parsed.if_object();
  if (object == nullptr) return fault{"it is not a JSON object"};
  message out{.id = text_of(*object, "id"), .type = text_of(*object, "type"), .data = {}};
  if (const json::value* const id = object->if_contains("id"); id != nullptr && id->is_number())
    out.id = json::serialize(*id);
  const json::value* const data = object->if_contains("data");
  if (out.id.empty() || out.type.empty() || data == nullptr)
    return fault{"it needs the members id, type and data"};
  out.data = json::serialize(*data);
  return out;
}

request read(const message& signal) {
  if (signal.type == open_type) return open_window{};
  if (signal.type == close_type) return close_window{};
  json::object data;
  if (!trimmed(signal.data).empty()) {
    boost::system::error_code error;
    const json::value parsed = json::parse(signal.data, error);
    if (error || !parsed.is_object()) return ignored{"its data is not a JSON object"};
    data = parsed.get_object();
  }
  if (signal.type == "execute-snapshot") return read_start(data);
  if (signal.type == "stop-snapshot") return read_stop(data);
  if (signal.type == "pause-snapshot") return pause_snapshot{};
  if (signal.type == "resume-snapshot") return resume_snapshot{};
  if (signal.type == "log") return read_log(data);
  if (signal.type == "schema-changes")
    return ignored{"PostgreSQL has no schema history that could be changed"};
  return ignored{"its type is not known"};
}

}  // namespace tidewire::signals
