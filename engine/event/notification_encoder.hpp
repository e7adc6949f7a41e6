#pragma once

#include "event/change_context.hpp"
#include "event/options.hpp"
#include "event/record_output.hpp"
#include "event/streams.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::event {

/// What the engine tells of itself: a snapshot has begun, a table has been read.
struct notification {
  std::string id;  // of the signal that the snapshot belongs to, or a UUID
  std::string aggregate;
  std::string type;
  std::vector<std::pair<std::string, std::string>> details;  // the connector's name is the last
  std::int64_t time_ms = 0;
};

/// Brings the details into the order in which Java's HashMap hands them out: one that was made of
/// all but the last, and then given the last.
void order_like_java_copy(std::vector<std::pair<std::string, std::string>>& details);

/// The form of the log channel.
std::string describe(const notification& n);

/// The channel `sink` of notification.enabled.channels: records on notification.sink.topic.name.
class notification_encoder {
 public:
  /// All must outlive the encoder.
  notification_encoder(const options& how,
                       std::string_view topic,
                       streams& names,
                       record_output& out);

  /// Reads and counts `id` of the context.
  void notify(const notification& n, change_context& context);

 private:
  const stream* destination_;
  record_output* out_;
  std::string key_before_;  // rendered once: all around the values
  std::string key_after_;
  std::string value_before_;
  std::string value_after_;
  bool value_is_empty_;
  byte_buffer key_;
};

}  // namespace tidewire::event
