#pragma once

#include "local/call/id_source.hpp"
#include "local/call/queue_sender.hpp"
#include "local/call/service.hpp"
#include "local/eventbridge/bus.hpp"
#include "local/eventbridge/entry.hpp"
#include "local/eventbridge/members.hpp"
#include "local/eventbridge/outbox.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tidewire::local {

class input_reader;

/// EventBridge with buses, rules by event pattern, and SQS queues as targets. Events go to their
/// queues inside the call that puts them. Schedules are kept and told but never run; archives,
/// replays and other targets are not here.
class eventbridge_service : public service {
 public:
  struct options {
    identity who;
    std::size_t request_bytes_max = 1024U * 1024U;        // of all entries of one PutEvents
    std::size_t request_bytes_max_quotas = 256U * 1024U;  // the same where quotas are enforced
  };

  /// Where the queues have no room, events that may go there are refused as throttled: what could
  /// not be put down would be lost.
  eventbridge_service(options how, queue_sender& queues);

  reply handle(const operation_call& call) override;
  member_types members() const noexcept override { return eventbridge_members; }
  void tick(std::chrono::system_clock::time_point now) override;

  boost::json::object state() const override;
  void restore(const boost::json::object& state) override;
  std::uint64_t revision() const override;

 private:
  template <class T>
  using found = boost::system::result<T, api_error>;

  // service.cpp
  std::string bus_arn(std::string_view name) const;
  std::string rule_arn(const event_bus& bus, const event_rule& rule) const;
  /// By name or ARN; null: there is none.
  event_bus* find_bus(std::string_view name_or_arn);
  found<event_bus*> named_bus(input_reader& in, std::string_view member = "EventBusName");
  found<event_rule*> named_rule(event_bus& bus, std::string_view name) const;

  // buses.cpp
  reply create_event_bus(const operation_call& call);
  reply update_event_bus(const operation_call& call);
  reply delete_event_bus(const operation_call& call);
  reply describe_event_bus(const operation_call& call);
  reply list_event_buses(const operation_call& call);
  reply put_permission(const operation_call& call);
  reply remove_permission(const operation_call& call);
  boost::json::object bus_as_json(const event_bus& bus) const;

  // rules.cpp
  reply put_rule(const operation_call& call);
  reply describe_rule(const operation_call& call);
  reply list_rules(const operation_call& call);
  reply delete_rule(const operation_call& call);
  reply set_rule_state(const operation_call& call, bool enabled);
  reply test_event_pattern(const operation_call& call);
  boost::json::object rule_as_json(const event_bus& bus, const event_rule& rule) const;

  // targets.cpp
  reply put_targets(const operation_call& call);
  reply remove_targets(const operation_call& call);
  reply list_targets_by_rule(const operation_call& call);
  reply list_rule_names_by_target(const operation_call& call);

  // tags.cpp
  tag_map* find_tags(std::string_view arn);
  reply tag_resource(const operation_call& call);
  reply untag_resource(const operation_call& call);
  reply list_tags(const operation_call& call);

  // put.cpp
  reply put_events(const operation_call& call);
  boost::json::object put_entry(const put_entry_view& entry, const operation_call& call);
  bool must_wait(const event_bus& bus);
  void route(const event_bus& bus, const std::string& event, const operation_call& call);
  boost::json::object injected_failure();

  options how_;
  id_source ids_;
  std::map<std::string, event_bus, std::less<>> buses_;
  delivery_outbox outbox_;
  queue_sender& queues_;
  std::uint64_t revision_ = 0;
  std::uint64_t failed_entries_ = 0;  // turns the kind of the next injected failure
};

/// Reads `Tags` ([{"Key": …, "Value": …}]).
tag_map read_tags(input_reader& in, bool required = false);

/// One page of a list that is answered in the order of its keys: entries from NextToken on, at most
/// Limit (100) of them.
struct page_request {
  std::string from;
  std::size_t limit = 100;
};
page_request read_page(input_reader& in);

}  // namespace tidewire::local
