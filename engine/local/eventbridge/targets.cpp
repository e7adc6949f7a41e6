#include "local/call/input_reader.hpp"
#include "local/eventbridge/service.hpp"

#include <algorithm>

namespace tidewire::local {
namespace {

namespace json = boost::json;

constexpr std::size_t targets_per_rule_max = 5;

json::object failed_entry(std::string_view id, std::string_view code, std::string_view message) {
  return {{"TargetId", id}, {"ErrorCode", code}, {"ErrorMessage", message}};
}

json::object batch_answer(json::array failed) {
  const auto count = failed.size();
  return {{"FailedEntryCount", count}, {"FailedEntries", std::move(failed)}};
}

constexpr std::size_t targets_per_call_max = 100;

std::optional<std::string_view> read_rule(input_reader& in) {
  return in.text("Rule",
                 {.required = true,
                  .length_min = 1,
                  .length_max = 64,
                  .shape = input_reader::pattern::event_name});
}

auto find_target(event_rule& rule, std::string_view id) {
  return std::find_if(
      rule.targets.begin(), rule.targets.end(), [&](const event_target& t) { return t.id == id; });
}

}  // namespace

reply eventbridge_service::put_targets(const operation_call& call) {
  input_reader in(call.input);
  const auto name = read_rule(in);
  const auto* const targets = in.array(
      "Targets",
      {.required = true, .count_min = 1, .count_max = targets_per_call_max, .element = "Target"});
  for (std::size_t i = 0; targets != nullptr && i < targets->size(); ++i)
    if (auto target = in.element("Targets", *targets, i)) {
      check_target(*target);
      in.add(*target);
    }
  const auto bus = named_bus(in);
  if (bus.has_error()) return bus.error();
  const auto rule = named_rule(**bus, *name);
  if (rule.has_error()) return rule.error();

  json::array failed;
  for (const auto& given : *targets) {
    std::string problem;
    auto target = read_target(given.get_object(), problem);
    const std::string_view id = given.get_object().at("Id").get_string();
    const auto existing = find_target(**rule, id);
    if (!target) {
      failed.push_back(failed_entry(id, "ValidationException", problem));
    } else if (existing != (*rule)->targets.end()) {
      *existing = std::move(*target);
    } else if (call.quotas && (*rule)->targets.size() >= targets_per_rule_max) {
      failed.push_back(failed_entry(id,
                                    "LimitExceededException",
                                    "The requested resource exceeds the maximum number allowed."));
    } else {
      (*rule)->targets.push_back(std::move(*target));
    }
  }
  ++revision_;
  return batch_answer(std::move(failed));
}

reply eventbridge_service::remove_targets(const operation_call& call) {
  input_reader in(call.input);
  const auto name = read_rule(in);
  const auto* const ids =
      in.texts("Ids",
               {.required = true, .count_min = 1, .count_max = targets_per_call_max},
               {.length_min = 1, .length_max = 64, .shape = input_reader::pattern::event_name});
  const auto bus = named_bus(in);
  if (bus.has_error()) return bus.error();
  const auto rule = named_rule(**bus, *name);
  if (rule.has_error()) return rule.error();
  for (const auto& id : *ids)  // what is not there counts as removed
    if (id.is_string())
      if (const auto target = find_target(**rule, id.get_string());
          target != (*rule)->targets.end())
        (*rule)->targets.erase(target);
  ++revision_;
  return batch_answer({});
}

reply eventbridge_service::list_targets_by_rule(const operation_call& call) {
  input_reader in(call.input);
  const auto name = read_rule(in);
  const page_request page = read_page(in);
  const auto bus = named_bus(in);
  if (bus.has_error()) return bus.error();
  const auto rule = named_rule(**bus, *name);
  if (rule.has_error()) return rule.error();
  auto& targets = (*rule)->targets;
  json::object out{{"Targets", json::array{}}};
  json::array& list = out["Targets"].get_array();
  for (auto target = page.from.empty() ? targets.begin() : find_target(**rule, page.from);
       target != targets.end();
       ++target) {
    if (list.size() == page.limit) {
      out["NextToken"] = target->id;
      break;
    }
    list.push_back(target->as_given);
  }
  return out;
}

reply eventbridge_service::list_rule_names_by_target(const operation_call& call) {
  input_reader in(call.input);
  const auto arn = in.text("TargetArn", {.required = true, .length_min = 1, .length_max = 1600});
  const page_request page = read_page(in);
  const auto bus = named_bus(in);
  if (bus.has_error()) return bus.error();
  json::object out{{"RuleNames", json::array{}}};
  json::array& list = out["RuleNames"].get_array();
  const auto& rules = (*bus)->rules;
  for (auto rule = rules.lower_bound(page.from); rule != rules.end(); ++rule) {
    const auto& targets = rule->second.targets;
    if (std::none_of(targets.begin(), targets.end(), [&](const event_target& t) {
          return t.queue_arn == *arn;
        }))
      continue;
    if (list.size() == page.limit) {
      out["NextToken"] = rule->first;
      break;
    }
    list.push_back(json::value(rule->first));
  }
  return out;
}

}  // namespace tidewire::local
