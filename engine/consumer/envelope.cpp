#include "consumer/envelope.hpp"

#include "consumer/debezium_check.hpp"
#include "consumer/json_slices.hpp"
#include "consumer/read_transaction_mark.hpp"

#include <fmt/core.h>

#include <stdexcept>
#include <utility>

namespace tidewire::consumer {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

/// A string member into `text`. False with the fault in `fault`.
bool take_text(object json, const char* name, std::string& text, std::string& fault) {
  element value;
  std::string_view found;
  if (json[name].get(value) != simdjson::SUCCESS)
    fault = fmt::format("the event's {} is missing", name);
  else if (value.get(found) != simdjson::SUCCESS)
    fault = fmt::format("the event's {} is not a string", name);
  else
    text = found;
  return fault.empty();
}

/// `2026-11-22T06:52:56Z`, perhaps with a fraction.
bool looks_like_time(std::string_view text) {
  constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd";
  if (text.size() <= shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (shape[i] == 'd' ? !is_digit : text[i] != shape[i]) return false;
  }
  return true;
}

std::string on_one_line(std::string_view json) {
  std::string line(json);
  for (char& c : line)
    if (c == '\n' || c == '\r') c = ' ';  // never inside a JSON string
  return line;
}

std::string text_or_null(std::string_view json) {
  return json.empty() ? "null" : on_one_line(json);
}

std::string find_fault_in_event(object json, received_event& event) {
  std::string fault;
  std::string version;
  if (!take_text(json, "version", version, fault) || !take_text(json, "id", event.id, fault) ||
      !take_text(json, "detail-type", event.detail_type, fault) ||
      !take_text(json, "source", event.source, fault) ||
      !take_text(json, "time", event.time, fault) ||
      !take_text(json, "region", event.region, fault))
    return fault;
  if (version != "0") return fmt::format("the event's version is `{}`, not 0", version);
  if (event.id.empty()) return "the event's id is empty";
  if (!looks_like_time(event.time))
    return fmt::format("the event's time `{}` is not a time", event.time);
  if (element account; json["account"].get(account) == simdjson::SUCCESS &&
                       !take_text(json, "account", event.account, fault))
    return fault;
  element resources;
  if (json["resources"].get(resources) != simdjson::SUCCESS)
    return "the event's resources are missing";
  if (!resources.is_array()) return "the event's resources are not an array";
  for (const element resource : simdjson::dom::array(resources))
    if (!resource.is_string()) return "one of the event's resources is not a string";
  return {};
}

/// The payload of {schema, payload}, or the detail itself where it has no schema around it.
std::string find_payload(object detail, object& payload, bool& has_schema) {
  element inner;
  has_schema = detail["payload"].get(inner) == simdjson::SUCCESS;
  if (!has_schema) {
    payload = detail;
    return {};
  }
  element schema;
  if (detail["schema"].get(schema) != simdjson::SUCCESS)
    return "schema is missing beside the payload";
  if (!schema.is_object()) return "schema is not an object";
  if (inner.get(payload) != simdjson::SUCCESS) return "payload is not an object";
  return {};
}

std::string text_of(object json, const char* name) {
  element value;
  return json[name].get(value) == simdjson::SUCCESS ? simdjson::minify(value) : std::string();
}

/// Where the change stands in the log, and what it is: rows that were copied together share their
/// place. With provide.transaction.metadata its number in the transaction says the rest.
std::string identity_of(object payload, const received_event& event) {
  object source;
  object transaction;
  if (payload["source"].get(source) != simdjson::SUCCESS) return {};
  const std::string place = text_of(source, "lsn");
  if (place.empty() || place == "null") return {};
  std::string identity = text_of(source, "db") + text_of(source, "schema") +
                         text_of(source, "table") + place + event.operation;
  if (payload["transaction"].get(transaction) == simdjson::SUCCESS)
    return identity + text_of(transaction, "id") + text_of(transaction, "total_order");
  return identity + event.before + event.after + text_of(payload, "message");
}

}  // namespace

void throw_exception_from_error(const rejection& why, const boost::source_location&) {
  throw std::runtime_error(why.reason);
}

struct envelope_reader::state {
  options how;
  simdjson::dom::parser parser;
  json_slicer slicer;
};

envelope_reader::envelope_reader(options how) : state_(std::make_unique<state>()) {
  state_->how = how;
}
envelope_reader::~envelope_reader() = default;
envelope_reader::envelope_reader(envelope_reader&&) noexcept = default;
envelope_reader& envelope_reader::operator=(envelope_reader&&) noexcept = default;

envelope_result envelope_reader::read(std::string_view body) {
  element whole;
  if (const auto error = state_->parser.parse(body.data(), body.size(), true).get(whole);
      error != simdjson::SUCCESS)
    return rejection{fmt::format("the body is not JSON: {}", simdjson::error_message(error))};
  object json;
  if (whole.get(json) != simdjson::SUCCESS) return rejection{"the body is not a JSON object"};

  received_event event;
  if (auto fault = find_fault_in_event(json, event); !fault.empty())
    return rejection{std::move(fault)};
  element detail_value;
  object detail;
  if (json["detail"].get(detail_value) != simdjson::SUCCESS)
    return rejection{"the event's detail is missing"};
  if (detail_value.get(detail) != simdjson::SUCCESS)
    return rejection{"the event's detail is not an object"};
  const auto detail_text = member_of(state_->slicer.cut(body), "detail");
  event.event = on_one_line(detail_text);

  object payload;
  bool has_schema = false;
  auto fault = find_payload(detail, payload, has_schema);
  if (fault.empty()) fault = find_fault_in_payload(payload);
  if (!fault.empty()) {
    if (!state_->how.unwrapped) return rejection{"the detail is not a Debezium event: " + fault};
    event.before = "null";
    event.after = event.event;
    return event;
  }
  const auto inner =
      has_schema ? member_of(state_->slicer.cut(detail_text), "payload") : detail_text;
  const auto change = state_->slicer.cut(inner);
  event.before = text_or_null(member_of(change, "before"));
  event.after = text_or_null(member_of(change, "after"));
  if (std::string_view op; payload["op"].get(op) == simdjson::SUCCESS) event.operation = op;
  if (state_->how.identities) event.identity = identity_of(payload, event);
  if (state_->how.transactions) event.transaction = read_transaction_mark(payload);
  return event;
}

}  // namespace tidewire::consumer
