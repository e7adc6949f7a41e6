#pragma once

#include "event/change_context.hpp"
#include "event/options.hpp"
#include "event/record_output.hpp"
#include "event/streams.hpp"

#include <string>

namespace tidewire::event {

/// heartbeat.interval.ms: a record with the time on `<topic.heartbeat.prefix>.<topic.prefix>`.
class heartbeat_encoder {
 public:
  /// All must outlive the encoder.
  heartbeat_encoder(const options& how, streams& names, record_output& out);

  /// Reads `now_ms` and `id` of the context.
  void beat(change_context& context);

 private:
  const stream* destination_;
  record_output* out_;
  std::string key_;           // constant
  std::string value_before_;  // constant: all around the time
  std::string value_after_;
  bool value_is_empty_;
};

}  // namespace tidewire::event
