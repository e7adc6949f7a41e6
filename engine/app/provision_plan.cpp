#include "app/provision_plan.hpp"

#include "app/engine_options.hpp"
#include "app/relay_settings.hpp"
#include "base/startup_error.hpp"
#include "event/names.hpp"
#include "rules/pattern.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <string_view>

namespace tidewire::app {
namespace {

using config::settings;

constexpr std::string_view statement_id = "tidewire-events";

[[noreturn]] void refuse(const settings& from,
                         const std::string& property,
                         const std::string& why) {
  throw startup_error(fmt::format("{}: {}: {}", from.place_of(property), property, why));
}

void add_once(std::vector<std::string>& list, std::string name) {
  if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(std::move(name));
}

bool is_plain(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string seconds(const settings& from, std::string_view property) {
  return std::to_string(
      std::chrono::duration_cast<std::chrono::seconds>(from.duration(property)).count());
}

/// Of what an engine sends beside the changes of tables. Logical messages may come under any file;
/// a stream for them is made where the file says that they are wanted.
void add_engine_streams(const settings& from, std::vector<std::string>& out) {
  const event::options events = event_options_of(from);
  if (events.transaction_metadata) add_once(out, event::transaction_topic(events));
  if (from.duration("debezium.source.heartbeat.interval.ms").count() > 0)
    add_once(out, event::heartbeat_topic(events));
  if (from.is_set("debezium.source.message.prefix.include.list"))
    add_once(out, event::message_topic(events));
  if (const auto told = notification_options_of(from); told.sink) add_once(out, told.topic);
}

std::vector<std::string> streams_of(const settings& from,
                                    const std::vector<postgres::table_name>& tables) {
  std::vector<std::string> out;
  if (wants_table_streams(from)) {
    const event::options events = event_options_of(from);
    for (const auto& table : tables)
      add_once(out, event::table_topic(events, table.schema, table.name));
    add_engine_streams(from, out);
  }
  for (const auto& stream : from.list("tidewire.relay.streams")) add_once(out, stream);
  return out;
}

std::vector<std::string> buses_of(const settings& from) {
  std::vector<std::string> out;
  if (!from.list("tidewire.relay.streams").empty())
    for (const auto& stream : read_relay_options(from).streams) add_once(out, stream.bus);
  if (from.text("debezium.sink.type") != "eventbridge") return out;
  constexpr std::string_view prefix = "tidewire.sink.eventbridge.";
  add_once(out, from.text("tidewire.sink.eventbridge.bus"));
  for (const auto& [rest, bus] : from.with_prefix(prefix))
    if (rest.ends_with(".bus")) add_once(out, bus);
  return out;
}

/// A queue of dead letters keeps them as long as SQS can.
planned_queue dead_letters(std::string name) {
  constexpr const char* fourteen_days = "1209600";
  planned_queue out;
  out.name = std::move(name);
  out.attributes["MessageRetentionPeriod"] = fourteen_days;
  if (out.is_fifo()) out.attributes["FifoQueue"] = "true";
  return out;
}

planned_queue queue_of(const settings& from, const std::string& name) {
  planned_queue out;
  out.name = name;
  const auto put = [&](const char* attribute, std::string_view property, std::string value) {
    if (from.is_set(property)) out.enforced[attribute] = value;
    out.attributes[attribute] = std::move(value);
  };
  put("VisibilityTimeout",
      "tidewire.provision.queue.visibility",
      seconds(from, "tidewire.provision.queue.visibility"));
  put("MessageRetentionPeriod",
      "tidewire.provision.queue.retention",
      seconds(from, "tidewire.provision.queue.retention"));
  if (out.is_fifo()) {
    constexpr std::string_view by_content = "tidewire.provision.queue.content-based-deduplication";
    out.attributes["FifoQueue"] = "true";
    put("ContentBasedDeduplication", by_content, from.flag(by_content) ? "true" : "false");
  }
  const std::string property = "tidewire.provision.queue.dead-letter.name";
  out.dead_letter_name = from.text(property);
  out.receives_max = from.integer("tidewire.provision.queue.max-receives");
  if (!out.dead_letter_name.empty() && out.dead_letter_name.ends_with(".fifo") != out.is_fifo())
    refuse(from,
           property,
           "the dead-letter queue of a FIFO queue is FIFO, that of a standard queue is standard");
  return out;
}

}  // namespace

bool wants_table_streams(const settings& from) {
  return from.is_set("debezium.source.topic.prefix") &&
         from.text("debezium.sink.type") == "kinesis";
}

std::optional<std::vector<postgres::table_name>> tables_by_name(const settings& from) {
  std::vector<postgres::table_name> out;
  const capture_options capture = capture_options_of(from);
  for (const auto& name : from.list("debezium.source.table.include.list")) {
    const auto dot = name.find('.');
    postgres::table_name table;
    if (dot != std::string::npos) table = {name.substr(0, dot), name.substr(dot + 1)};
    if (!is_plain(table.schema) || !is_plain(table.name)) return std::nullopt;
    if (capture.captured(table.schema, table.name)) out.push_back(std::move(table));
  }
  if (out.empty()) return std::nullopt;
  return out;
}

provision_plan read_provision_plan(const settings& from,
                                   const std::vector<postgres::table_name>& tables) {
  provision_plan out;
  out.streams = streams_of(from, tables);
  out.shards = from.integer("tidewire.provision.shards");
  out.buses = buses_of(from);
  out.rule_name = from.text("tidewire.provision.rule.name");
  out.rule_pattern = from.text("tidewire.provision.rule.pattern");
  out.message_group_id = from.text("tidewire.provision.target.message-group-id");
  if (const auto pattern = rules::pattern::compile(out.rule_pattern); !pattern)
    refuse(from, "tidewire.provision.rule.pattern", pattern.error().message);

  const auto has_queue = [&](const std::string& name) {
    return std::ranges::find(out.dead_letter_queues, name, &planned_queue::name) !=
           out.dead_letter_queues.end();
  };
  for (const char* property :
       {"tidewire.relay.dead-letter.queue", "tidewire.sink.dead-letter.queue"}) {
    // A URL may stand there as well: then the queue is somebody else's.
    auto name = from.text(property);
    if (!name.empty() && name.find('/') == std::string::npos && !has_queue(name))
      out.dead_letter_queues.push_back(dead_letters(std::move(name)));
  }
  if (const auto name = from.text("tidewire.provision.queue.name"); !name.empty()) {
    out.queue = queue_of(from, name);
    const std::string& dead = out.queue->dead_letter_name;
    if (!dead.empty() && !has_queue(dead)) out.dead_letter_queues.push_back(dead_letters(dead));
  }
  return out;
}

std::string queue_policy(const std::string& existing,
                         const std::string& queue_arn,
                         const std::vector<std::string>& rule_arns) {
  namespace json = boost::json;
  json::array statements;
  boost::system::error_code error;
  const json::value policy = json::parse(existing, error);
  if (!error && policy.is_object())
    if (const auto* const given = policy.get_object().if_contains("Statement"))
      statements = given->is_array() ? given->get_array() : json::array{*given};
  for (auto s = statements.begin(); s != statements.end();) {
    const auto* const sid = s->is_object() ? s->get_object().if_contains("Sid") : nullptr;
    const bool ours =
        sid != nullptr && sid->is_string() && std::string_view(sid->get_string()) == statement_id;
    s = ours ? statements.erase(s) : s + 1;
  }
  json::array sources;
  for (const auto& arn : rule_arns) sources.push_back(json::value(arn));
  json::object condition{{"ArnEquals", json::object{{"aws:SourceArn", std::move(sources)}}}};
  statements.push_back(
      json::object{{"Sid", statement_id},
                   {"Effect", "Allow"},
                   {"Principal", json::object{{"Service", "events.amazonaws.com"}}},
                   {"Action", "sqs:SendMessage"},
                   {"Resource", queue_arn},
                   {"Condition", std::move(condition)}});
  return json::serialize(
      json::object{{"Version", "2012-10-17"}, {"Statement", std::move(statements)}});
}

}  // namespace tidewire::app
