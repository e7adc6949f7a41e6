#include "local/call/input_reader.hpp"
#include "local/eventbridge/service.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace tidewire::local {
namespace {

namespace json = boost::json;

constexpr std::size_t rules_per_bus_max = 300;
constexpr std::size_t pattern_characters_max = 64U * 1024U;
constexpr std::size_t pattern_characters_max_quotas = 4096;  // the service model's

std::optional<std::string_view> read_rule_name(input_reader& in, std::string_view member) {
  return in.text(member,
                 {.required = true,
                  .length_min = 1,
                  .length_max = 64,
                  .shape = input_reader::pattern::event_name});
}

std::size_t pattern_limit(const operation_call& call) {
  return call.quotas ? pattern_characters_max_quotas : pattern_characters_max;
}

/// `1 minute`, `5 hours`: the unit is in the singular after 1 alone.
bool is_rate(std::string_view text) {
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || count == 0) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  for (const std::string_view unit : {" minute", " hour", " day"})
    if (text.starts_with(unit)) return text.substr(unit.size()) == (count == 1 ? "" : "s");
  return false;
}

/// Six fields, `0 12 * * ? *`: of the day of the month and the day of the week one is left open.
bool is_cron(std::string_view text) {
  std::vector<std::string_view> fields;
  while (!text.empty()) {
    const auto blank = text.find(' ');
    if (blank != 0) fields.push_back(text.substr(0, blank));
    text = blank == std::string_view::npos ? std::string_view{} : text.substr(blank + 1);
  }
  constexpr std::string_view marks = ",-*?/LW#";
  return fields.size() == 6 && (fields[2] == "?") != (fields[4] == "?") &&
         std::all_of(fields.begin(), fields.end(), [&](std::string_view field) {
           return std::all_of(field.begin(), field.end(), [&](char c) {
             return fits(text_pattern::event_name, {&c, 1}) ||
                    marks.find(c) != std::string_view::npos;
           });
         });
}

/// Whether AWS would take it; here it is kept and told, never run.
bool is_schedule(std::string_view text) {
  constexpr std::string_view rate = "rate(";
  constexpr std::string_view cron = "cron(";
  if (!text.ends_with(')')) return false;
  const auto inside = text.substr(0, text.size() - 1);
  return (text.starts_with(rate) && is_rate(inside.substr(rate.size()))) ||
         (text.starts_with(cron) && is_cron(inside.substr(cron.size())));
}

}  // namespace

reply eventbridge_service::put_rule(const operation_call& call) {
  input_reader in(call.input);
  const auto name = read_rule_name(in, "Name");
  const auto pattern_text =
      in.text("EventPattern", {.length_max = pattern_limit(call)}).value_or("");
  const auto schedule = in.text("ScheduleExpression", {.length_max = 256}).value_or("");
  const auto state =
      in.text("State",
              {.one_of = {"ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"}});
  const auto description = in.text("Description", {.length_max = 512});
  const auto role = in.text("RoleArn", {.length_min = 1, .length_max = 1600});
  auto tags = read_tags(in);
  const auto found_bus = named_bus(in);
  if (found_bus.has_error()) return found_bus.error();
  event_bus& bus = **found_bus;

  if (pattern_text.empty() && schedule.empty())
    return validation_error("Parameter(s) EventPattern or ScheduleExpression must be specified.");
  if (!schedule.empty() && bus.name != "default")
    return validation_error("ScheduleExpression is supported only on the default event bus.");
  if (!schedule.empty() && !is_schedule(schedule))
    return validation_error("Parameter ScheduleExpression is not valid.");
  std::optional<rules::pattern> pattern;
  if (!pattern_text.empty()) {
    auto compiled = rules::pattern::compile(pattern_text);
    if (!compiled)
      return api_error{.code = "InvalidEventPatternException", .message = compiled.error().message};
    pattern = std::move(*compiled);
  }
  const bool is_new = !bus.rules.contains(*name);
  if (is_new && call.quotas && bus.rules.size() >= rules_per_bus_max)
    return api_error{.code = "LimitExceededException",
                     .message = "The requested resource exceeds the maximum number allowed."};

  event_rule& rule = bus.rules[std::string(*name)];  // targets and tags of an existing one stay
  rule.name = *name;
  rule.pattern_text = pattern_text;
  rule.pattern = std::move(pattern);
  rule.schedule = schedule;
  rule.description = description.value_or("");
  rule.role_arn = role.value_or("");
  rule.enabled = state.value_or("ENABLED") != "DISABLED";
  if (is_new) rule.tags = std::move(tags);
  ++revision_;
  return json::object{{"RuleArn", rule_arn(bus, rule)}};
}

json::object eventbridge_service::rule_as_json(const event_bus& bus, const event_rule& rule) const {
  json::object out{{"Name", rule.name}, {"Arn", rule_arn(bus, rule)}};
  if (!rule.pattern_text.empty()) out["EventPattern"] = rule.pattern_text;
  if (!rule.schedule.empty()) out["ScheduleExpression"] = rule.schedule;
  out["State"] = rule.enabled ? "ENABLED" : "DISABLED";
  if (!rule.description.empty()) out["Description"] = rule.description;
  if (!rule.role_arn.empty()) out["RoleArn"] = rule.role_arn;
  out["EventBusName"] = bus.name;
  return out;
}

reply eventbridge_service::describe_rule(const operation_call& call) {
  input_reader in(call.input);
  const auto name = read_rule_name(in, "Name");
  const auto bus = named_bus(in);
  if (bus.has_error()) return bus.error();
  const auto rule = named_rule(**bus, *name);
  if (rule.has_error()) return rule.error();
  json::object out = rule_as_json(**bus, **rule);
  out["CreatedBy"] = how_.who.account;
  return out;
}

reply eventbridge_service::list_rules(const operation_call& call) {
  input_reader in(call.input);
  const auto prefix =
      in.text("NamePrefix",
              {.length_min = 1, .length_max = 64, .shape = input_reader::pattern::event_name})
          .value_or("");
  const page_request page = read_page(in);
  const auto bus = named_bus(in);
  if (bus.has_error()) return bus.error();
  json::object out{{"Rules", json::array{}}};
  json::array& list = out["Rules"].get_array();
  const auto& rules = (*bus)->rules;
  for (auto rule = rules.lower_bound(page.from); rule != rules.end(); ++rule) {
    if (!rule->first.starts_with(prefix)) continue;
    if (list.size() == page.limit) {
      out["NextToken"] = rule->first;
      break;
    }
    list.push_back(rule_as_json(**bus, rule->second));
  }
  return out;
}

reply eventbridge_service::delete_rule(const operation_call& call) {
  input_reader in(call.input);
  const auto name = read_rule_name(in, "Name");
  const auto bus = named_bus(in);
  if (bus.has_error()) return bus.error();
  const auto rule = (*bus)->rules.find(*name);
  if (rule == (*bus)->rules.end())
    return json::object{};  // as AWS: deleting what is not there succeeds
  if (!rule->second.targets.empty())
    return validation_error("Rule can't be deleted since it has targets.");
  (*bus)->rules.erase(rule);
  ++revision_;
  return json::object{};
}

reply eventbridge_service::set_rule_state(const operation_call& call, bool enabled) {
  input_reader in(call.input);
  const auto name = read_rule_name(in, "Name");
  const auto bus = named_bus(in);
  if (bus.has_error()) return bus.error();
  const auto rule = named_rule(**bus, *name);
  if (rule.has_error()) return rule.error();
  (*rule)->enabled = enabled;
  ++revision_;
  return json::object{};
}

reply eventbridge_service::test_event_pattern(const operation_call& call) {
  input_reader in(call.input);
  const auto pattern =
      in.text("EventPattern", {.required = true, .length_max = pattern_limit(call)});
  const auto event = in.text("Event", {.required = true});
  if (auto problem = in.problem()) return *problem;
  const auto compiled = rules::pattern::compile(*pattern);
  if (!compiled)
    return api_error{.code = "InvalidEventPatternException", .message = compiled.error().message};
  if (const auto wrong = test_event_problem(*event)) return *wrong;
  return json::object{{"Result", compiled->matches(*event)}};
}

}  // namespace tidewire::local
