#pragma once

#include "local/eventbridge/json_path.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tidewire::local {

/// How often and how long a delivery is tried; EventBridge's own values by default.
struct retry_policy {
  std::int64_t attempts_max = 185;  // after the first
  std::chrono::seconds age_max{24 * 60 * 60};
};

/// A template with `<name>` in it, and where the names' values come from.
struct input_transformer {
  std::map<std::string, json_path, std::less<>> paths;
  std::string text;
};

/// A queue that a rule's events go to.
struct event_target {
  std::string id;
  std::string queue_arn;
  std::string message_group_id;
  std::optional<std::string> input;     // a constant in place of the event
  std::optional<json_path> input_path;  // a part of the event
  std::optional<input_transformer> transformer;
  retry_policy retries;
  std::string dead_letter_arn;
  boost::json::object as_given;  // the members as PutTargets had them, for ListTargetsByRule
};

/// What a template may name beside its own paths, and the event itself.
struct event_context {
  std::string_view rule_arn;
  std::string_view rule_name;
  std::string_view ingestion_time;  // ISO 8601
  std::string_view event;           // the whole event as JSON
};

/// The body of the message for one target: the event, its part, a constant, or the filled template.
/// Nothing: the target's InputPath leads nowhere in this event.
std::optional<std::string> message_body(const event_target& target, const event_context& context);

class input_reader;

/// Checks the members of one target as the service model bounds them; what it finds wrong refuses
/// the whole call.
void check_target(input_reader& target);

/// Reads one target that check_target() has passed; what is wrong now refuses this target alone.
/// \param problem receives why it is refused, where nothing is returned.
std::optional<event_target> read_target(const boost::json::object& given, std::string& problem);

}  // namespace tidewire::local
