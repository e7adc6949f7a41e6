#pragma once

#include "pipeline/batch.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>

namespace tidewire::sinks {

namespace asio = boost::asio;

/// Where records go that the sink refuses for good. On the publisher's thread.
class letter_box {
 public:
  virtual ~letter_box() = default;

  /// Comes back when the record's bytes are kept: true. False: stop() came first. The record lives
  /// and does not change until then.
  virtual asio::awaitable<bool> put(const pipeline::record_state& r, std::string reason) = 0;
  virtual void stop() = 0;
};

}  // namespace tidewire::sinks
