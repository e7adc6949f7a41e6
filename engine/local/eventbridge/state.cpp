#include "base/clock.hpp"
#include "local/eventbridge/service.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace tidewire::local {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& in, std::string_view name) {
  const auto* const value = in.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string{};
}

const json::array& array_of(const json::object& in, std::string_view name) {
  static const json::array none;
  const auto* const value = in.if_contains(name);
  return value != nullptr && value->is_array() ? value->get_array() : none;
}

json::object tags_as_json(const tag_map& tags) {
  json::object out;
  for (const auto& [key, value] : tags) out[key] = value;
  return out;
}

void tags_from_json(const json::object& in, tag_map& tags) {
  const auto* const all = in.if_contains("tags");
  if (all == nullptr || !all->is_object()) return;
  for (const auto& [key, value] : all->get_object())
    if (value.is_string()) tags.emplace(std::string(key), std::string(value.get_string()));
}

json::object rule_state(const event_rule& rule) {
  json::array targets;
  for (const event_target& target : rule.targets) targets.push_back(target.as_given);
  return {{"name", rule.name},
          {"pattern", rule.pattern_text},
          {"schedule", rule.schedule},
          {"role", rule.role_arn},
          {"enabled", rule.enabled},
          {"description", rule.description},
          {"targets", std::move(targets)},
          {"tags", tags_as_json(rule.tags)}};
}

event_rule rule_from_state(const json::object& in) {
  event_rule rule;
  rule.name = text_of(in, "name");
  rule.pattern_text = text_of(in, "pattern");
  rule.schedule = text_of(in, "schedule");
  rule.role_arn = text_of(in, "role");
  rule.description = text_of(in, "description");
  const auto* const enabled = in.if_contains("enabled");
  rule.enabled = enabled == nullptr || !enabled->is_bool() || enabled->get_bool();
  if (auto compiled = rules::pattern::compile(rule.pattern_text))
    rule.pattern = std::move(*compiled);
  for (const auto& given : array_of(in, "targets")) {
    std::string problem;
    if (given.is_object())
      if (auto target = read_target(given.get_object(), problem))
        rule.targets.push_back(std::move(*target));
  }
  tags_from_json(in, rule.tags);
  return rule;
}

}  // namespace

json::object eventbridge_service::state() const {
  json::array buses;
  for (const auto& [name, bus] : buses_) {
    json::array rules;
    for (const auto& [rule_name, rule] : bus.rules) rules.push_back(rule_state(rule));
    buses.push_back(json::object{{"name", name},
                                 {"description", bus.description},
                                 {"created", unix_ms(bus.created)},
                                 {"policy", bus.policy},
                                 {"tags", tags_as_json(bus.tags)},
                                 {"rules", std::move(rules)}});
  }
  return {{"buses", std::move(buses)}, {"outbox", outbox_.state()}};
}

void eventbridge_service::restore(const json::object& state) {
  for (const auto& value : array_of(state, "buses")) {
    if (!value.is_object()) continue;
    const json::object& in = value.get_object();
    event_bus bus;
    bus.name = text_of(in, "name");
    bus.description = text_of(in, "description");
    if (const auto* const created = in.if_contains("created");
        created != nullptr && created->is_int64())
      bus.created =
          std::chrono::system_clock::time_point(std::chrono::milliseconds(created->get_int64()));
    bus.policy = array_of(in, "policy");
    tags_from_json(in, bus.tags);
    for (const auto& rule : array_of(in, "rules"))
      if (rule.is_object()) {
        event_rule restored = rule_from_state(rule.get_object());
        bus.rules.insert_or_assign(restored.name, std::move(restored));
      }
    buses_.insert_or_assign(bus.name, std::move(bus));
  }
  outbox_.restore(array_of(state, "outbox"));
}

}  // namespace tidewire::local
