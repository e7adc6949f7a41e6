#pragma once

#include "base/byte_buffer.hpp"
#include "sinks/destination.hpp"

#include <string>

namespace tidewire::sinks {

/// One line of JSON per record, `{"stream":…,"key":…,"value":…}`, for people and pipes. Key and
/// value are the documents as they are, null where there is none. A record is durable when the line
/// was handed to the system.
class stdout_destination final : public destination {
 public:
  /// \param descriptor where to write; 1 is standard output.
  explicit stdout_destination(int descriptor = 1) : descriptor_(descriptor) {}

  const pipeline::lanes::limits& limits() const noexcept override { return limits_; }
  std::string_view kind() const noexcept override { return "standard output, stream"; }
  asio::awaitable<void> send(const pipeline::lanes::request& what, report& out) override;

 private:
  int descriptor_;
  pipeline::lanes::limits limits_;
  byte_buffer lines_;
};

}  // namespace tidewire::sinks
