#pragma once

#include "base/clock.hpp"
#include "base/lsn.hpp"
#include "postgres/connection.hpp"
#include "postgres/read_pace.hpp"
#include "postgres/replication_message.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace tidewire::postgres {

struct replication_options {
  std::string slot;
  std::string publication;
  lsn start;  // 0: where the slot stands (confirmed_flush)
  std::vector<std::pair<std::string, std::string>>
      stream_parameters;   // slot.stream.params, handed to the plug-in
  bool streaming = false;  // protocol 2: large transactions come before they end
  std::chrono::milliseconds status_interval{
      10'000};  // status.update.interval.ms; shortened where wal_sender_timeout asks for it
};

/// What a look at the stream found.
enum class stream_state : std::uint8_t {
  data,         // an XLogData; its payload is valid until the next look
  keepalive,    // last_keepalive() is new; answered already, if an answer was asked for
  would_block,  // nothing complete has arrived: wait_readable()
  ended,        // the server ended the stream (it shuts down)
  failed,       // stream_failure() says why
};

/// The stream of a slot: one coroutine reads, one reports. Both run on the same thread.
///
///   reading:    for (;;) { drain try_next() until would_block; if (!session.rest()) co_await
///   session.wait_readable(until); } reporting:  co_await session.keep_reporting();
///
/// Reading may pause for as long as it likes (a full budget): reports go on, so the server does not
/// time us out. The payload loop is plain function calls; let other coroutines run now and then, as
/// a fast server never says would_block.
class replication_session {
 public:
  /// START_REPLICATION on a connection of mode replication, which it takes over.
  /// \errors errc::slot_in_use naming the process, errc::slot_missing. A missing publication shows
  /// when the first change is
  ///         decoded: try_next() is then `failed`, with errc::publication_missing.
  static call<std::unique_ptr<replication_session>> start(std::unique_ptr<connection> replication,
                                                          replication_options options,
                                                          wall_clock now);

  stream_state try_next(xlog_data& data);
  /// After would_block: where messages come quickly, lets some gather, the thread asleep for a
  /// fraction of a millisecond, and says true. False: wait_readable().
  bool rest();
  /// True when there may be something to look at, false for the time or after wake().
  call<bool> wait_readable(std::chrono::steady_clock::time_point until);
  void wake();
  failure stream_failure() const;

  /// Everything before `position` is durable: told to the server with the next report. Never moves
  /// back: asserted.
  void confirm(lsn position) noexcept;
  lsn confirmed() const noexcept;
  /// The largest position seen: of data and keepalives.
  lsn received() const noexcept;
  /// The last one; wal_end 0 before the first. When nothing is between us and durable, its wal_end
  /// may be confirmed, so that the log of other databases and idle tables does not pile up.
  const keepalive& last_keepalive() const noexcept;

  /// Reports at each interval, and at once when report_soon() asks, until stop() or a failure. Ends
  /// well after stop().
  call<nothing> keep_reporting();
  void report_soon();
  void stop();

  /// The orderly end: a last report, CopyDone, and the server's end of the stream, which may first
  /// send what it has; at most until `until`. Nothing may be reading or reporting any more. The
  /// connection is closed after it either way.
  call<nothing> finish(std::chrono::steady_clock::time_point until);

  connection& link() noexcept { return *connection_; }

 private:
  replication_session(std::unique_ptr<connection> replication,
                      replication_options options,
                      wall_clock now,
                      asio::any_io_executor executor);
  outcome<bool> send_report(bool reply_requested);
  call<nothing> say_goodbye(std::chrono::steady_clock::time_point until);

  std::unique_ptr<connection> connection_;
  replication_options options_;
  wall_clock now_;
  asio::steady_timer report_timer_;
  lsn confirmed_;
  lsn received_;
  keepalive last_keepalive_;
  read_pace pace_;
  failure failure_;
  bool report_due_ = true;  // the first goes out at once
  bool stopping_ = false;
};

}  // namespace tidewire::postgres
