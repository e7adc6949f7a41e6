#pragma once

#include "app/offsets.hpp"
#include "app/signal_watch.hpp"
#include "base/lsn.hpp"
#include "event/table_plan.hpp"
#include "signals/progress.hpp"
#include "signals/signal.hpp"

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tidewire::app {

/// What the reader keeps of signals: the watch over the stream, the incremental snapshot that is
/// running, and how far it may be remembered.
class signal_desk {
 public:
  explicit signal_desk(std::optional<postgres::table_name> table) : watch(std::move(table)) {}

  signal_watch watch;
  signals::progress progress;
  event::table_plan_ptr plan;  // of the rows in the window
  lsn at;                      // of the message at hand; of what is read between messages, the last
  std::optional<signals::start_snapshot> blocking;    // asked for, and not read yet
  std::chrono::steady_clock::time_point next_look{};  // at the signal file
  bool reading = false;                               // a chunk is asked of the server
  bool waiting = false;  // for the second mark of the chunk in the window

  /// The progress has changed. `must_last`: the stream will not bring the signal again, so the
  /// change must be in the position file before the server may forget the signal's transaction.
  void changed(bool must_last);
  /// A transaction was read to its end: from there on what has changed holds.
  void committed(lsn commit_end);
  /// Everything before `durable` is at the sink: puts what holds by then into `to`.
  /// \return true when it must be saved before anything is confirmed.
  bool settle(lsn durable, offsets& to);
  /// All that was read is durable: the progress holds as it is.
  void settle_all(offsets& to);

  /// Whether the signal at this position was obeyed before the connection broke in the middle of
  /// its transaction, which then comes again.
  bool was_obeyed(lsn position) const;
  void obeyed(lsn position) { obeyed_.push_back(position); }

  /// Ids for records between the messages of the log: no message begins at that byte, and those of
  /// one place count on.
  event::identity next_ids();
  void used_ids(event::identity next) noexcept { next_id_ = next; }

 private:
  struct step {
    lsn commit_end;
    std::string progress;
    bool must_last;
  };

  bool changed_ = false;
  bool must_last_ = false;
  std::deque<step> steps_;
  std::vector<lsn> obeyed_;
  event::identity next_id_;
};

}  // namespace tidewire::app
