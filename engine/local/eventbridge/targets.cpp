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

void check_count(input_reader& in, const json::array* list, std::string_view member) {
  constexpr std::size_t most = 100;
  if (list == nullptr || (!list->empty() && list->size() <= most)) return;
  in.refuse(violation("[]",
                      member,
                      list->empty() ? "Member must have length greater than or equal to 1"
                                    : "Member must have length less than or equal to 100"));
}

auto find_target(event_rule& rule, std::string_view id) {
  return std::find_if(
      rule.targets.begin(), rule.targets.end(), [&](const event_target& t) { return t.id == id; });
}

}  // namespace

reply eventbridge_service::put_targets(const operation_call& call) {
  input_reader in(call.input);
  const auto name = in.text("Rule", {.required = true, .length_min = 1, .length_max = 64});
  const auto* const targets = in.array("Targets", true);
  check_count(in, targets, "Targets");
  if (targets != nullptr) {
    for (const auto& given : *targets) {
      if (!given.is_object())
        return api_error{.code = "SerializationException",
                         .message = "Targets is not a list of structures."};
      input_reader target(given.get_object());
      target.text("Id",
                  {.required = true,
                   .length_min = 1,
                   .length_max = 64,
                   .shape = input_reader::pattern::name});
      target.text("Arn", {.required = true, .length_min = 1, .length_max = 1600});
      target.text("Input", {.length_max = 8192});
      target.text("InputPath", {.length_max = 256});
      if (auto problem = target.problem()) return *problem;
    }
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
  const auto name = in.text("Rule", {.required = true, .length_min = 1, .length_max = 64});
  const auto* const ids = in.array("Ids", true);
  check_count(in, ids, "Ids");
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
  const auto name = in.text("Rule", {.required = true, .length_min = 1, .length_max = 64});
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
