#pragma once

#include "event/change_encoder.hpp"
#include "tables.hpp"

#include <string>
#include <utility>
#include <vector>

namespace tidewire::event::test {

using row = std::vector<postgres::value_view>;

/// An encoder with everything around it; schemas are off, so that a test reads what matters.
struct bench {
  options how;
  streams names;
  postgres::type_catalog types = catalog();
  record_buffer buffer;
  single_output out{buffer};
  transaction_encoder transactions;
  change_encoder encoder;
  change_context context;

  explicit bench(options chosen = plain_options(), bool with_transactions = false)
      : how(std::move(chosen)),
        transactions(how, names, out),
        encoder(how, out, with_transactions ? &transactions : nullptr) {
    context.position = lsn{100};
    context.xid = 7;
    context.time_us = 5'000'000;
    context.now_ms = 6'000;
    context.id.commit = lsn{200};
  }

  static options plain_options() {
    options how;
    how.topic_prefix = "dbserver1";
    how.database = "golden";
    how.key_schemas = false;
    how.value_schemas = false;
    return how;
  }

  table_plan_ptr plan(const postgres::table& table, origin from = origin::stream) {
    return make_plan(table, types, how, names, from);
  }

  std::string key(std::size_t index) const {
    return std::string(buffer.key(buffer.records.at(index)));
  }
  std::string value(std::size_t index) const {
    return std::string(buffer.value(buffer.records.at(index)));
  }

  /// `before` and `after` of an event, and its operation.
  std::string change(std::size_t index) const {
    const std::string whole = value(index);
    if (whole.empty()) return "tombstone";
    const auto operation = whole.find("\"op\":\"");
    return whole.substr(operation + 6, 1) + " " + whole.substr(0, whole.find(",\"source\":"));
  }

  std::vector<std::string> changes() const {
    std::vector<std::string> out_changes;
    for (std::size_t i = 0; i < buffer.records.size(); ++i)
      out_changes.push_back(key(i) + " " + change(i));
    return out_changes;
  }
};

inline postgres::table pair_table() {
  return table(
      "public", "k", {not_null(column("id", type_oid::int4)), column("v", type_oid::text)});
}

}  // namespace tidewire::event::test
