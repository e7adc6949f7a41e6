#pragma once

#include "base/clock.hpp"
#include "base/lsn.hpp"
#include "postgres/change_source.hpp"
#include "postgres/connection.hpp"
#include "postgres/plugin_parameters.hpp"
#include "postgres/read_pace.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace tidewire::postgres {

struct replication_options {
  std::string slot;
  std::string publication;
  lsn start;                            // 0: where the slot stands (confirmed_flush)
  plugin_parameters stream_parameters;  // slot.stream.params
  bool streaming = false;               // protocol 2: large transactions come before they end
  std::chrono::milliseconds status_interval{
      10'000};  // status.update.interval.ms; shortened where wal_sender_timeout asks for it
};

/// The stream of a slot: one coroutine reads, another runs keep_reporting(), on the same thread.
/// Reading may pause for as long as it likes (a full budget): reports go on, so the server does not
/// time us out. After stream_state::keepalive, last_keepalive() is new; it was answered already,
/// where an answer was asked for.
class replication_session final : public change_source {
 public:
  /// START_REPLICATION on a connection of mode replication, which it takes over.
  /// \errors errc::slot_in_use naming the process, errc::slot_missing. A missing publication shows
  /// when the first change is
  ///         decoded: try_next() is then `failed`, with errc::publication_missing.
  static call<std::unique_ptr<replication_session>> start(std::unique_ptr<connection> replication,
                                                          replication_options options,
                                                          wall_clock now);

  stream_state try_next(xlog_data& data) override;
  void trim() override;
  bool rest(bool behind) override;
  call<bool> wait_readable(std::chrono::steady_clock::time_point until) override;
  void wake() override;
  failure stream_failure() const override;

  /// Told to the server with the next report.
  void confirm(lsn position) noexcept override;
  lsn confirmed() const noexcept override;
  /// Of data and keepalives.
  lsn received() const noexcept override;
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
