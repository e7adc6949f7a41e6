#pragma once

#include "config/settings.hpp"
#include "postgres/table_name.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tidewire::app {

/// A queue to be there. Attributes are SQS's own; those in `enforced` are set on a queue that
/// exists already as well.
struct planned_queue {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::map<std::string, std::string> enforced;
  std::string dead_letter_name;   // of its redrive policy; empty: none
  std::int64_t receives_max = 0;  // before a message goes there

  bool is_fifo() const { return name.ends_with(".fifo"); }
};

/// Everything that `provision` makes sure of, in the order in which it does.
struct provision_plan {
  std::vector<std::string> streams;
  std::int64_t shards = 1;
  std::vector<planned_queue> dead_letter_queues;  // of relay and sink, and of the queue below
  std::optional<planned_queue> queue;
  std::vector<std::string> buses;  // names or ARNs
  std::string rule_name;           // on each bus; empty: no rules
  std::string rule_pattern;
  std::string message_group_id;  // of the target, where the queue is FIFO
};

/// The tables that table.include.list names one by one. Nothing: it holds expressions, or is empty,
/// and only the database knows which tables they mean.
std::optional<std::vector<postgres::table_name>> tables_by_name(const config::settings& properties);

/// Whether the streams of captured tables are wanted: the file describes an engine whose sink is
/// Kinesis.
bool wants_table_streams(const config::settings& properties);

/// \param tables the captured tables, for whose topics there are to be streams.
/// \throws startup_error naming the property and its place for what cannot be.
provision_plan read_provision_plan(const config::settings& properties,
                                   const std::vector<postgres::table_name>& tables);

/// The queue's policy with our statement in it: EventBridge may send for these rules. Other
/// statements of `existing` stay.
/// \param existing the policy's JSON; empty: there is none.
std::string queue_policy(const std::string& existing,
                         const std::string& queue_arn,
                         const std::vector<std::string>& rule_arns);

}  // namespace tidewire::app
