#include "aws/eventbridge.hpp"

#include "aws/error_answer.hpp"
#include "aws/operation.hpp"

#include <utility>

namespace tidewire::aws {

namespace {

void write_entry(body_writer& out, const event_entry& e) {
  out.begin_map(e.time_ms ? 5 : 4);
  if (e.time_ms) {
    out.key("Time");
    out.time_ms(*e.time_ms);
  }
  out.text("Source", e.source);
  out.text("DetailType", e.detail_type);
  out.text("Detail", e.detail);
  out.text("EventBusName", e.bus);
  out.end_map();
}

/// Room for a body whose details need few escapes more than their quotes, so that it seldom grows
/// twice.
std::size_t size_of(std::span<const event_entry> entries) noexcept {
  std::size_t size = 64;
  for (const auto& e : entries) size += entry_size(e) + e.detail.size() / 4 + e.bus.size() + 128;
  return size;
}

void write_target(body_writer& out, const event_target& t) {
  const bool grouped = !t.message_group_id.empty();
  out.begin_map(grouped ? 3 : 2);
  out.text("Id", t.id);
  out.text("Arn", t.arn);
  if (grouped) {
    out.key("SqsParameters");
    out.begin_map(1);
    out.text("MessageGroupId", t.message_group_id);
    out.end_map();
  }
  out.end_map();
}

/// Operations on the default bus may leave its name out; an empty name is not a name.
void write_bus(body_writer& out, std::string_view bus) {
  out.text("EventBusName", bus.empty() ? "default" : bus);
}

}  // namespace

std::size_t entry_size(const event_entry& entry) noexcept {
  constexpr std::size_t time_size = 14;
  return (entry.time_ms ? time_size : 0) + entry.source.size() + entry.detail_type.size() +
         entry.detail.size();
}

eventbridge_client::eventbridge_client(client transport)
    : transport_(std::move(transport)), document_(std::make_unique<document>()) {}

call<http::response> eventbridge_client::ask(std::string_view operation,
                                             write_body write,
                                             std::size_t body_bytes,
                                             int attempts) {
  std::string body = transport_.new_body(body_bytes);
  body_writer out(body, body_format::json);
  write(out);
  return transport_.send(
      make_operation("AWSEvents", operation, "application/x-amz-json-1.1", std::move(body)),
      attempts);
}

std::optional<document::value> eventbridge_client::read(const http::response& answer) {
  if (!document_->parse_json(answer.body)) return std::nullopt;
  return document_->root();
}

call<std::vector<event_entry_result>> eventbridge_client::put_events(
    std::span<const event_entry> entries) {
  write_body write = [entries](body_writer& out) {
    out.begin_map(1);
    out.key("Entries");
    out.begin_array(entries.size());
    for (const auto& e : entries) write_entry(out, e);
    out.end_array();
    out.end_map();
  };
  auto asking = ask("PutEvents", std::move(write), size_of(entries), 1);
  const auto answered = co_await std::move(asking);
  if (!answered) co_return answered.error();
  const auto root = read(*answered);
  if (!root || (*root)["Entries"].size() != entries.size()) co_return malformed_answer();
  std::vector<event_entry_result> results(entries.size());
  auto entry = (*root)["Entries"].first();
  for (auto& r : results) {
    if (const auto code = entry["ErrorCode"].text(); !code.empty()) {
      r.error = entry_failure(code, entry["ErrorMessage"].text());
    } else {
      r.event_id = entry["EventId"].text();
    }
    entry = entry.next();
  }
  co_return results;
}

call<std::string> eventbridge_client::ask_for_arn(std::string_view operation,
                                                  write_body write,
                                                  std::string_view member) {
  auto asking = ask(operation, std::move(write));
  const auto answered = co_await std::move(asking);
  if (!answered) co_return answered.error();
  const auto root = read(*answered);
  if (!root || (*root)[member].text().empty()) co_return malformed_answer();
  co_return std::string((*root)[member].text());
}

call<std::string> eventbridge_client::create_event_bus(std::string name) {
  write_body write = [&](body_writer& out) {
    out.begin_map(1);
    out.text("Name", name);
    out.end_map();
  };
  auto creating = ask_for_arn("CreateEventBus", std::move(write), "EventBusArn");
  auto created = co_await std::move(creating);
  if (created || created.error().code != "ResourceAlreadyExistsException")
    co_return std::move(created);
  auto describing = describe_event_bus(name);
  co_return co_await std::move(describing);
}

call<std::string> eventbridge_client::describe_event_bus(std::string name) {
  write_body write = [&](body_writer& out) {
    out.begin_map(1);
    out.text("Name", name);
    out.end_map();
  };
  auto describing = ask_for_arn("DescribeEventBus", std::move(write), "Arn");
  co_return co_await std::move(describing);
}

call<std::string> eventbridge_client::put_rule(std::string bus,
                                               std::string name,
                                               std::string pattern) {
  write_body write = [&](body_writer& out) {
    out.begin_map(4);
    out.text("Name", name);
    out.text("EventPattern", pattern);
    out.text("State", "ENABLED");
    write_bus(out, bus);
    out.end_map();
  };
  auto putting = ask_for_arn("PutRule", std::move(write), "RuleArn");
  co_return co_await std::move(putting);
}

call<nothing> eventbridge_client::put_targets(std::string bus,
                                              std::string rule,
                                              std::vector<event_target> targets) {
  write_body write = [&](body_writer& out) {
    out.begin_map(3);
    out.text("Rule", rule);
    write_bus(out, bus);
    out.key("Targets");
    out.begin_array(targets.size());
    for (const auto& t : targets) write_target(out, t);
    out.end_array();
    out.end_map();
  };
  auto asking = ask("PutTargets", std::move(write));
  const auto answered = co_await std::move(asking);
  if (!answered) co_return answered.error();
  const auto root = read(*answered);
  if (!root) co_return malformed_answer();
  if ((*root)["FailedEntryCount"].integer() > 0) {
    const auto first = (*root)["FailedEntries"].first();
    co_return entry_failure(first["ErrorCode"].text(), first["ErrorMessage"].text());
  }
  co_return nothing{};
}

call<std::vector<event_target>> eventbridge_client::list_targets_by_rule(std::string bus,
                                                                         std::string rule) {
  std::vector<event_target> targets;
  std::string token;
  do {
    write_body write = [&](body_writer& out) {
      out.begin_map(token.empty() ? 2 : 3);
      out.text("Rule", rule);
      write_bus(out, bus);
      if (!token.empty()) out.text("NextToken", token);
      out.end_map();
    };
    auto asking = ask("ListTargetsByRule", std::move(write));
    const auto answered = co_await std::move(asking);
    if (!answered) co_return answered.error();
    const auto root = read(*answered);
    if (!root || (*root)["Targets"].what() != document::kind::array) co_return malformed_answer();
    for (auto v = (*root)["Targets"].first(); v.present(); v = v.next())
      targets.push_back({std::string(v["Id"].text()),
                         std::string(v["Arn"].text()),
                         std::string(v["SqsParameters"]["MessageGroupId"].text())});
    token = (*root)["NextToken"].text();
  } while (!token.empty());
  co_return targets;
}

}  // namespace tidewire::aws
