#pragma once

#include "event/change_context.hpp"
#include "event/options.hpp"
#include "event/record_output.hpp"
#include "event/streams.hpp"

#include <string>
#include <string_view>

namespace tidewire::event {

/// pg_logical_emit_message(): records on `<prefix>.message`, op m. Prefixes that the lists leave
/// out give none. Messages are not counted among a transaction's events.
class message_encoder {
 public:
  /// All must outlive the encoder.
  message_encoder(const options& how, streams& names, record_output& out);

  /// A message outside a transaction has neither its id nor its time, whatever stands in `context`:
  /// its source.ts_ms is the time of the event.
  void message(std::string_view prefix,
               std::string_view content,
               bool transactional,
               change_context& context);

 private:
  bool wanted(std::string_view prefix) const;

  const options* how_;
  const stream* destination_;
  record_output* out_;
  std::string key_before_;  // rendered once: all around the values
  std::string key_after_;
  std::string value_before_;
  std::string source_before_;
  std::string source_unmarked_;
  std::string source_database_;
  std::string source_table_;
  std::string value_after_;
  byte_buffer key_;
};

}  // namespace tidewire::event
