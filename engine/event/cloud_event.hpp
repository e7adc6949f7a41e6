#pragma once

#include "base/byte_buffer.hpp"
#include "event/change_context.hpp"
#include "event/options.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidewire::event {

/// The unchanging parts of a table's CloudEvents 1.0 (debezium.format.value=cloudevents, JSON in
/// JSON), in their order.
struct cloud_event_text {
  std::string id;          // up to the position in `id`
  std::string source;      // from behind `id` to the value of `time`
  std::string operation;   // from behind `time` to the operation, or to the data without extensions
  std::string names;       // from behind it to the value of iodebeziumtsms
  std::string database;    // from behind iodebeziumsnapshot to the inside of iodebeziumsequence
  std::string table;       // from behind that to the value of iodebeziumtxId
  std::string data;        // from behind the transaction to the value of `before`
  std::string end;         // from behind `after`
  bool extensions = true;  // the attributes whose names begin with iodebezium
};

/// \param before_schema, after_schema rendered, each with its name as a field.
cloud_event_text make_cloud_event(const options& how,
                                  std::string_view schema,
                                  std::string_view table,
                                  std::string_view before_schema,
                                  std::string_view after_schema);

/// The numbers of an event in its transaction, where transactions are told.
struct cloud_event_order {
  std::uint64_t total = 0;
  std::uint64_t in_table = 0;
};

/// Appends all up to the value of `before`.
void append_cloud_event(byte_buffer& out,
                        const cloud_event_text& text,
                        std::string_view operation,
                        const change_context& context,
                        const std::optional<cloud_event_order>& order);

}  // namespace tidewire::event
