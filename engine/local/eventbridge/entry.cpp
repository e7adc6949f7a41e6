#include "local/eventbridge/entry.hpp"

#include "base/byte_buffer.hpp"
#include "base/json_text.hpp"
#include "local/call/input_reader.hpp"
#include "rules/json_reader.hpp"

#include <boost/json/array.hpp>
#include <fmt/core.h>
#include <simdjson.h>

#include <cmath>

namespace tidewire::local {
namespace {

constexpr std::size_t detail_type_characters_max = 128;
constexpr std::size_t time_size = 14;

std::string_view text_member(const boost::json::object& in, std::string_view name) {
  const auto* const value = in.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                : std::string_view{};
}

/// A whole JSON object, at most 1000 deep.
bool is_json_object(std::string_view text) {
  if (!simdjson::validate_utf8(text.data(), text.size())) return false;
  rules::json_reader in(text);
  return in.next() == rules::json_token::begin_object &&
         in.skip_rest_of(rules::json_token::begin_object) && in.next() == rules::json_token::end;
}

api_error invalid_argument(std::string_view parameter, std::string_view reason) {
  return {.code = "InvalidArgument",
          .message = fmt::format("Parameter {} is not valid. Reason: {}", parameter, reason)};
}

}  // namespace

put_entry_view read_put_entry(const boost::json::object& given) {
  put_entry_view out;
  out.source = text_member(given, "Source");
  out.detail_type = text_member(given, "DetailType");
  out.detail = text_member(given, "Detail");
  if (const auto bus = text_member(given, "EventBusName"); !bus.empty()) out.bus = bus;
  if (const auto* const time = given.if_contains("Time"); time != nullptr && time->is_number()) {
    constexpr double seconds_max = 253'402'300'799;  // the end of the year 9999
    const double seconds = std::floor(time->to_number<double>());
    if (seconds >= 0 && seconds <= seconds_max)
      out.time = std::chrono::sys_seconds(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
  }
  if (const auto* const resources = given.if_contains("Resources");
      resources != nullptr && resources->is_array())
    for (const auto& resource : resources->get_array())
      if (resource.is_string()) out.resources.emplace_back(resource.get_string());
  return out;
}

std::size_t entry_size(const put_entry_view& entry) noexcept {
  std::size_t size = entry.source.size() + entry.detail_type.size() + entry.detail.size() +
                     (entry.time ? time_size : 0);
  for (const auto resource : entry.resources) size += resource.size();
  return size;
}

bool is_complete(const put_entry_view& entry) noexcept {
  return !entry.source.empty() && !entry.detail_type.empty() && !entry.detail.empty();
}

std::optional<api_error> entry_problem(const put_entry_view& entry) {
  if (entry.source.empty()) return invalid_argument("Source", "Source is a required argument.");
  if (entry.detail_type.empty())
    return invalid_argument("DetailType", "DetailType is a required argument.");
  if (entry.detail.empty()) return invalid_argument("Detail", "Detail is a required argument.");
  if (entry.source.starts_with("aws."))
    return api_error{.code = "NotAuthorizedForSourceException",
                     .message = "Not authorized for the source."};
  if (character_count(entry.detail_type) > detail_type_characters_max)
    return invalid_argument("DetailType", "DetailType must have at most 128 characters.");
  if (!is_json_object(entry.detail))
    return api_error{.code = "MalformedDetail", .message = "Detail is malformed."};
  return std::nullopt;
}

std::optional<api_error> test_event_problem(std::string_view event) {
  if (is_json_object(event)) return std::nullopt;
  return validation_error("Parameter Event is not valid. Reason: The event must be a JSON object.");
}

std::string rfc3339(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                     static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()),
                     clock.hours().count(),
                     clock.minutes().count(),
                     clock.seconds().count());
}

std::string render_event(const put_entry_view& entry,
                         std::string_view id,
                         const identity& who,
                         std::chrono::sys_seconds now) {
  byte_buffer out(entry.detail.size() + 512);
  out.append(R"({"version":"0","id":)");
  append_json_string(out, id);
  out.append(R"(,"detail-type":)");
  append_json_string(out, entry.detail_type);
  out.append(R"(,"source":)");
  append_json_string(out, entry.source);
  out.append(R"(,"account":)");
  append_json_string(out, who.account);
  out.append(R"(,"time":)");
  append_json_string(out, rfc3339(entry.time.value_or(now)));
  out.append(R"(,"region":)");
  append_json_string(out, who.region);
  out.append(R"(,"resources":[)");
  for (std::size_t i = 0; i < entry.resources.size(); ++i) {
    if (i > 0) out.push_back(',');
    append_json_string(out, entry.resources[i]);
  }
  out.append(R"(],"detail":)");
  out.append(entry.detail);
  out.push_back('}');
  return std::string(out.view());
}

}  // namespace tidewire::local
