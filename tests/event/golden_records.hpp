#pragma once

#include "event/change_context.hpp"

#include <simdjson.h>

#include <cstdint>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace tidewire::event::test {

/// A record that a real Debezium wrote.
struct golden_record {
  std::string stream;
  std::string key;
  std::string value;
};

/// The records of a case of tests/golden whose file is not compressed.
inline std::vector<golden_record> golden_records(const std::string& name) {
  std::ifstream file(std::string(TIDEWIRE_TESTS_DIR) + "/golden/cases/" + name + "/expected.jsonl");
  if (!file) throw std::runtime_error("no golden case " + name);
  std::vector<golden_record> out;
  simdjson::dom::parser parser;
  for (std::string line; std::getline(file, line);) {
    const simdjson::dom::element record = parser.parse(line);
    const auto text = [&](const char* member) {
      return std::string(record[member].get_string().value());
    };
    out.push_back({text("stream"), text("key_raw"), text("value_raw")});
  }
  return out;
}

/// A context in which the event of `record` would have been written, taken from the event itself.
inline change_context context_of(const golden_record& record,
                                 snapshot_marker marker = snapshot_marker::none) {
  simdjson::dom::parser parser;
  const simdjson::dom::element event = parser.parse(record.value)["payload"];
  const simdjson::dom::element source = event["source"];
  change_context context;
  context.marker = marker;
  context.now_ms = event["ts_ms"].get_int64().value();
  context.time_us = source["ts_ms"].get_int64().value() * 1000;
  context.position = lsn{source["lsn"].get_uint64().value()};
  std::uint64_t xid = 0;
  if (source["txId"].get(xid) == simdjson::SUCCESS) context.xid = static_cast<std::uint32_t>(xid);
  simdjson::dom::parser sequence_parser;
  const std::string sequence(source["sequence"].get_string().value());
  const simdjson::dom::element last = sequence_parser.parse(sequence).at(0);
  if (last.is_string())
    context.last_commit = lsn{std::stoull(std::string(last.get_string().value()))};
  return context;
}

}  // namespace tidewire::event::test
