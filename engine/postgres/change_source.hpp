#pragma once

#include "base/lsn.hpp"
#include "postgres/failure.hpp"
#include "postgres/replication_message.hpp"

#include <chrono>
#include <cstdint>

namespace tidewire::postgres {

/// What a look at the changes found.
enum class stream_state : std::uint8_t {
  data,         // a message of the output plug-in; its payload is valid until the next look
  keepalive,    // nothing, and it was said how far the log is
  would_block,  // nothing complete has arrived: wait_readable()
  caught_up,    // the end of what was to be read
  ended,        // the server ended it (it shuts down)
  failed,       // stream_failure() says why
};

/// The messages of a slot in the order of commits, and what the server may forget of its log. One
/// coroutine reads:
///
///   for (;;) { drain try_next() until would_block;
///              if (!source.rest(behind)) co_await source.wait_readable(until); }
///
/// The payload loop is plain function calls; let other coroutines run now and then, as a fast
/// server never says would_block.
class change_source {
 public:
  virtual ~change_source() = default;

  virtual stream_state try_next(xlog_data& data) = 0;
  /// Before a wait for something else than the next message: the last one is done with, and the
  /// memory goes back that only a large one needs.
  virtual void trim() = 0;
  /// After would_block: where messages come quickly, lets some gather, the thread asleep for a
  /// fraction of a millisecond, or some where the reader is `behind`, and says true. False:
  /// wait_readable().
  virtual bool rest(bool behind) = 0;
  /// True when there may be something to look at, false for the time or after wake().
  virtual call<bool> wait_readable(std::chrono::steady_clock::time_point until) = 0;
  virtual void wake() = 0;
  virtual failure stream_failure() const = 0;

  /// Everything before `position` is durable: told to the server in time. Never moves back:
  /// asserted.
  virtual void confirm(lsn position) noexcept = 0;
  virtual lsn confirmed() const noexcept = 0;
  /// The largest position seen; between transactions all before it was read.
  virtual lsn received() const noexcept = 0;
};

}  // namespace tidewire::postgres
