#include "local/eventbridge/service.hpp"

#include "local/call/input_reader.hpp"

#include <fmt/core.h>

#include <array>
#include <utility>

namespace tidewire::local {
namespace {

constexpr std::string_view default_bus = "default";

}  // namespace

eventbridge_service::eventbridge_service(options how, queue_sender& queues)
    : how_(std::move(how)), outbox_(queues), queues_(queues) {
  event_bus& bus = buses_[std::string(default_bus)];
  bus.name = default_bus;
  bus.created = std::chrono::system_clock::time_point{};
}

reply eventbridge_service::handle(const operation_call& call) {
  using handler = reply (eventbridge_service::*)(const operation_call&);
  struct entry {
    std::string_view operation;
    handler handle;
  };
  static constexpr std::array operations{
      entry{"PutEvents", &eventbridge_service::put_events},
      entry{"CreateEventBus", &eventbridge_service::create_event_bus},
      entry{"UpdateEventBus", &eventbridge_service::update_event_bus},
      entry{"DeleteEventBus", &eventbridge_service::delete_event_bus},
      entry{"DescribeEventBus", &eventbridge_service::describe_event_bus},
      entry{"ListEventBuses", &eventbridge_service::list_event_buses},
      entry{"PutPermission", &eventbridge_service::put_permission},
      entry{"RemovePermission", &eventbridge_service::remove_permission},
      entry{"PutRule", &eventbridge_service::put_rule},
      entry{"DescribeRule", &eventbridge_service::describe_rule},
      entry{"ListRules", &eventbridge_service::list_rules},
      entry{"DeleteRule", &eventbridge_service::delete_rule},
      entry{"TestEventPattern", &eventbridge_service::test_event_pattern},
      entry{"PutTargets", &eventbridge_service::put_targets},
      entry{"RemoveTargets", &eventbridge_service::remove_targets},
      entry{"ListTargetsByRule", &eventbridge_service::list_targets_by_rule},
      entry{"ListRuleNamesByTarget", &eventbridge_service::list_rule_names_by_target},
      entry{"TagResource", &eventbridge_service::tag_resource},
      entry{"UntagResource", &eventbridge_service::untag_resource},
      entry{"ListTagsForResource", &eventbridge_service::list_tags},
  };
  if (call.operation == "EnableRule") return set_rule_state(call, true);
  if (call.operation == "DisableRule") return set_rule_state(call, false);
  for (const entry& e : operations)
    if (e.operation == call.operation) return (this->*e.handle)(call);
  return unknown_operation(call.operation);
}

void eventbridge_service::tick(std::chrono::system_clock::time_point now) {
  outbox_.tick(now);
}

std::uint64_t eventbridge_service::revision() const {
  return revision_ + outbox_.revision();
}

std::string eventbridge_service::bus_arn(std::string_view name) const {
  return fmt::format("arn:{}:events:{}:{}:event-bus/{}",
                     how_.who.partition,
                     how_.who.region,
                     how_.who.account,
                     name);
}

std::string eventbridge_service::rule_arn(const event_bus& bus, const event_rule& rule) const {
  const std::string inside = bus.name == default_bus ? rule.name : bus.name + "/" + rule.name;
  return fmt::format(
      "arn:{}:events:{}:{}:rule/{}", how_.who.partition, how_.who.region, how_.who.account, inside);
}

event_bus* eventbridge_service::find_bus(std::string_view name_or_arn) {
  if (name_or_arn.starts_with("arn:")) {
    constexpr std::string_view marker = ":event-bus/";
    const auto at = name_or_arn.find(marker);
    if (at == std::string_view::npos) return nullptr;
    const std::string_view name = name_or_arn.substr(at + marker.size());
    if (bus_arn(name) != name_or_arn) return nullptr;  // another account or region
    name_or_arn = name;
  }
  const auto bus = buses_.find(name_or_arn);
  return bus == buses_.end() ? nullptr : &bus->second;
}

eventbridge_service::found<event_bus*> eventbridge_service::named_bus(input_reader& in,
                                                                      std::string_view member) {
  const auto name =
      in.text(member,
              {.length_min = 1, .length_max = 1600, .shape = input_reader::pattern::bus_or_arn})
          .value_or(default_bus);
  if (auto problem = in.problem()) return *problem;
  event_bus* const bus = find_bus(name);
  if (bus == nullptr)
    return api_error{.code = "ResourceNotFoundException",
                     .message = fmt::format("Event bus {} does not exist.", name)};
  return bus;
}

eventbridge_service::found<event_rule*> eventbridge_service::named_rule(
    event_bus& bus, std::string_view name) const {
  const auto rule = bus.rules.find(name);
  if (rule == bus.rules.end())
    return api_error{
        .code = "ResourceNotFoundException",
        .message = fmt::format("Rule {} does not exist on EventBus {}.", name, bus.name)};
  return &rule->second;
}

page_request read_page(input_reader& in) {
  page_request out;
  out.from = in.text("NextToken", {.length_min = 1, .length_max = 2048}).value_or("");
  out.limit = static_cast<std::size_t>(in.number("Limit", {.min = 1, .max = 100}).value_or(100));
  return out;
}

}  // namespace tidewire::local
