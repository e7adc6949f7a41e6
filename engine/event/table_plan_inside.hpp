#pragma once

#include "event/cloud_event.hpp"
#include "event/options.hpp"
#include "event/record_buffer.hpp"
#include "event/value_encoder.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tidewire::event {

/// One member of a key or of a row.
struct plan_field {
  std::string before;  // all up to its value: `{"id":` or `,"name":`
  value_encoder encoder;
  /// Of the bytes of the type's send function; null where only its text can be read.
  encode_function encode_binary = nullptr;
  std::string null;  // what a NULL (or a value that cannot be written) comes out as: null, default
                     // or filler
  std::string unavailable;   // an out-of-line value that the change did not touch
  std::uint32_t column = 0;  // of the tuple
};

/// The inside of a plan: what make_plan() computes and the encoders read.
class table_plan {
 public:
  const options* how = nullptr;
  const stream* destination = nullptr;
  std::string table;  // schema.table, as transaction metadata names it
  std::vector<plan_field> key;
  std::vector<plan_field> row;
  std::size_t columns = 0;    // of a tuple
  bool has_key = false;       // the table's events have a key, if one without fields
  bool lone_rows = false;     // no two rows of the table have the same key, or they have none
  bool reads_binary = false;  // see table_plan.hpp
  keyless_order insert_order = keyless_order::stream;  // see table_plan.hpp

  std::string key_before;  // of the key's document: its schema
  std::string key_after;
  std::string value_before;     // up to the value of `before`
  std::string source_before;    // from the end of `after` to the value of source.ts_ms
  std::string source_unmarked;  // the value of source.snapshot in the stream
  std::string source_database;  // from the end of source.snapshot to the inside of source.sequence
  std::string source_table;     // from the end of source.sequence to the value of source.txId
  std::string value_after;
  cloud_event_text cloud;  // used in place of the above where events are CloudEvents
};

}  // namespace tidewire::event
