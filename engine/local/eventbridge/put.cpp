#include "local/call/fault_source.hpp"
#include "local/call/input_reader.hpp"
#include "local/eventbridge/service.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace tidewire::local {
namespace {

namespace json = boost::json;

constexpr std::size_t entries_max = 10;

json::object failed(const api_error& why) {
  return {{"ErrorCode", why.code}, {"ErrorMessage", why.message}};
}

api_error throttled() {
  return {.code = "ThrottlingException", .message = "Rate exceeded"};
}

/// What refuses the whole call: where an entry stands and what it holds otherwise is judged entry
/// by entry.
const json::array* read_entries(input_reader& in) {
  const auto* const given = in.array("Entries",
                                     {.required = true,
                                      .count_min = 1,
                                      .count_max = entries_max,
                                      .element = "PutEventsRequestEntry"});
  for (std::size_t i = 0; given != nullptr && i < given->size(); ++i)
    if (auto entry = in.element("Entries", *given, i)) {
      entry->text(
          "EventBusName",
          {.length_min = 1, .length_max = 1600, .shape = input_reader::pattern::bus_or_arn});
      entry->texts("Resources", {}, {.length_min = 0, .length_max = 2048});
      in.add(*entry);
    }
  return given;
}

}  // namespace

reply eventbridge_service::put_events(const operation_call& call) {
  input_reader in(call.input);
  const auto* const given = read_entries(in);
  if (auto problem = in.problem()) return *problem;

  std::vector<put_entry_view> entries;
  std::size_t size = 0;
  for (const auto& entry : *given) {
    entries.push_back(read_put_entry(entry.get_object()));
    size += entry_size(entries.back());
  }
  if (size > (call.quotas ? how_.request_bytes_max_quotas : how_.request_bytes_max))
    return validation_error("Total size of the entries in the request is over the limit.");
  if (std::none_of(entries.begin(), entries.end(), is_complete))
    return validation_error(entry_problem(entries.front())->message);

  json::array answers;
  std::int64_t failures = 0;
  for (const put_entry_view& entry : entries) {
    answers.push_back(put_entry(entry, call));
    if (answers.back().get_object().contains("ErrorCode")) ++failures;
  }
  return json::object{{"FailedEntryCount", failures}, {"Entries", std::move(answers)}};
}

json::object eventbridge_service::put_entry(const put_entry_view& entry,
                                            const operation_call& call) {
  if (const auto wrong = entry_problem(entry)) return failed(*wrong);
  if (call.faults != nullptr && call.faults->entry_fails()) return injected_failure();
  // Events for a bus that is not there are accepted and vanish.
  const event_bus* const bus = find_bus(entry.bus);
  if (bus != nullptr && must_wait(*bus)) return failed(throttled());
  const std::string id = ids_.uuid();
  if (bus != nullptr)
    route(*bus,
          render_event(entry, id, how_.who, std::chrono::floor<std::chrono::seconds>(call.now)),
          call);
  return {{"EventId", id}};
}

bool eventbridge_service::must_wait(const event_bus& bus) {
  return !queues_.has_room() && std::any_of(bus.rules.begin(), bus.rules.end(), [](const auto& r) {
    return r.second.enabled && r.second.pattern && !r.second.targets.empty();
  });
}

void eventbridge_service::route(const event_bus& bus,
                                const std::string& event,
                                const operation_call& call) {
  for (const auto& [name, rule] : bus.rules) {
    if (!rule.enabled || !rule.pattern || rule.targets.empty() || !rule.pattern->matches(event))
      continue;
    const std::string arn = rule_arn(bus, rule);
    const std::string ingested = rfc3339(std::chrono::floor<std::chrono::seconds>(call.now));
    const event_context context{
        .rule_arn = arn, .rule_name = name, .ingestion_time = ingested, .event = event};
    for (const event_target& target : rule.targets) {
      auto body = message_body(target, context);
      if (!body) continue;  // its InputPath leads nowhere in this event: there is nothing to send
      outbox_.deliver({.message = {.body = std::move(*body), .group_id = target.message_group_id},
                       .queue_arn = target.queue_arn,
                       .rule_arn = arn,
                       .retries = target.retries,
                       .dead_letter_arn = target.dead_letter_arn},
                      call.now);
    }
  }
}

json::object eventbridge_service::injected_failure() {
  return failed(failed_entries_++ % 2 == 0
                    ? api_error{.code = "InternalFailure", .message = "Internal Service Failure"}
                    : throttled());
}

}  // namespace tidewire::local
