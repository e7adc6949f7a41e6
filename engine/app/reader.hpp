#pragma once

#include "app/delivery_clock.hpp"
#include "app/engine_options.hpp"
#include "app/missed_publication.hpp"
#include "app/offsets.hpp"
#include "app/prepared_snapshot.hpp"
#include "app/signal_desk.hpp"
#include "app/slot_guardian.hpp"
#include "app/translator.hpp"
#include "base/clock.hpp"
#include "debezium/resume_filter.hpp"
#include "event/notification_encoder.hpp"
#include "event/streams.hpp"
#include "pipeline/doorbell.hpp"
#include "pipeline/outlet.hpp"
#include "postgres/connection.hpp"
#include "postgres/replication.hpp"
#include "postgres/slot.hpp"
#include "postgres/streamed_transactions.hpp"
#include "postgres/type_catalog.hpp"
#include "transform/transformed_output.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tidewire::app {

/// What a notification tells, but for the connector's name.
using notification_details = std::vector<std::pair<std::string, std::string>>;

std::string random_uuid();

/// Whether reading goes on behind a message, or the program is to stop and the message comes again.
/// Not a bool: `co_return` of a named, const outcome<bool> asks whether it has a value, and a
/// failure went on as `false`.
enum class onward : std::uint8_t { go_on, stop };

enum class reader_phase : std::uint8_t {
  connecting,
  snapshot,
  catching_up,
  streaming,
  idle,
  stopping,
};

/// How the reader is doing, for health and metrics. Of the reader's thread.
struct reader_status {
  reader_phase phase = reader_phase::connecting;
  std::string trouble;              // why it is not streaming; empty: nothing wrong
  std::uint64_t snapshot_rows = 0;  // of the last snapshot, as is all that is told of one
  std::uint64_t snapshot_tables = 0;
  std::uint64_t snapshot_tables_left = 0;  // not yet read
  bool snapshot_completed = false;         // in this run
  std::uint64_t connections = 0;           // to the stream, so far
};

/// PostgreSQL's side of the engine: makes sure of publication and slot, reads the snapshot where
/// one is due, then the stream, and connects again for ever when the server goes away. What it
/// reads goes through the outlet; what becomes durable comes back at the bell.
class reader {
 public:
  /// All must outlive the reader. `bell` is rung by the publishers.
  reader(asio::any_io_executor executor,
         reader_options how,
         event::streams& names,
         pipeline::outlet& out,
         pipeline::doorbell& bell,
         wall_clock now);

  /// Until stop() and the drain after it. \throws startup_error for what cannot work and is found
  /// at the first connection.
  asio::awaitable<void> run();
  /// On the reader's thread.
  void stop();
  /// The server waits for the end of the stream: ends it, to come back when that can work. A slot
  /// in danger is a reason only while the stream is not read.
  void let_go(slot_guardian::release why);

  const reader_status& status() const noexcept { return status_; }
  /// As far as the log was read.
  lsn received() const noexcept { return source_ ? source_->received() : out_->durable(); }
  /// Everything up to here is at the sink: also before anything came back from it in this run.
  lsn durable() const noexcept { return std::max(out_->durable(), began_at_); }
  const translator::counters& counts() const noexcept { return translator_.counts(); }
  const delivery_clock& delivery() const noexcept { return delivery_; }
  /// Null: the server sends transactions whole.
  const postgres::streamed_transactions* streamed() const noexcept { return streamed_.get(); }

 private:
  using clock = std::chrono::steady_clock;
  using nothing = postgres::nothing;

  /// Where and how to begin on a connection.
  struct beginning {
    bool snapshot = false;
    std::string exported;  // the snapshot's name; empty: one of its own
    lsn position;          // streaming begins here; of the snapshot, what it is consistent with
    std::string borrowed;  // the temporary slot that the snapshot is of; empty: of our own slot
  };

  // in reader.cpp: the life of a run
  postgres::call<nothing> session();
  postgres::call<nothing> prepare();
  postgres::call<nothing> tell_unpublished(std::vector<postgres::table_name> captured);
  postgres::call<nothing> set_identities(std::vector<postgres::table_name> captured);
  postgres::failure judged(postgres::failure why);
  void say_failure(const postgres::failure& why);
  asio::awaitable<void> pause(std::chrono::milliseconds wait);
  asio::awaitable<void> collect_acknowledgements();
  clock::time_point next_duty() const;
  void advance();
  void store_offsets();
  void resume_progress();
  asio::awaitable<void> drain(clock::time_point until);

  /// Where encoders write: the outlet, or the transforms before it.
  event::record_output& encoded() noexcept;
  /// After each change that was encoded: lets the transforms pass it on. What they cannot transform
  /// ends the run.
  postgres::outcome<nothing> pass_on();

  // in reader_start.cpp: where to begin
  postgres::call<beginning> choose_beginning(postgres::system_identity who);
  postgres::call<beginning> begin_with_new_slot(bool had_position);
  asio::awaitable<void> forget_positions_beyond(lsn end);
  postgres::call<nothing> give_back_snapshot(const beginning& from);
  postgres::call<beginning> begin_with_slot(const postgres::slot_state& slot,
                                            const postgres::system_identity& who);
  postgres::call<nothing> judge_history(const postgres::slot_state& slot,
                                        const postgres::system_identity& who);
  void judge_saved_position(const postgres::slot_state& slot, const postgres::system_identity& who);
  bool snapshot_completed() const noexcept {
    return snapshot_taken_ || offsets_.snapshot_completed;
  }

  // in reader_resume.cpp: taking over from Debezium
  void load_position();
  void check_takeover(const postgres::slot_state& slot, const postgres::system_identity& who);
  void arm_resume_filter(lsn position);
  postgres::outcome<bool> sent_before(const postgres::pgoutput_message& message,
                                      const postgres::xlog_data& at);
  void forget_takeover();

  /// What one snapshot reads, and where it stands.
  struct snapshot_task {
    std::string exported;  // its name; empty: one of its own
    lsn position;          // 0: where it is taken
    postgres::table_filter wanted;
    /// The statement in place of the table; empty: the table itself.
    std::function<std::string(const postgres::table&)> select;
    bool recorded = false;  // goes on where the ledger ends, and writes to it
  };
  /// Pages of a snapshot whose rows were all sent, but may not be durable yet.
  struct snapshot_part {
    std::uint64_t seal;  // of the outlet: with it they left
    oid table;
    postgres::pages_read pages;
  };

  // in reader_snapshot.cpp
  postgres::call<nothing> read_snapshot(beginning from);
  snapshot_task first_snapshot(const beginning& from);
  postgres::call<nothing> complete_snapshot(lsn position);
  postgres::call<nothing> take_snapshot(snapshot_task what);
  postgres::call<std::unique_ptr<prepared_snapshot>> prepare_snapshot(snapshot_task what);
  std::vector<postgres::snapshot_table> choose_rest(std::vector<postgres::table> tables,
                                                    const snapshot_task& what,
                                                    prepared_snapshot& ready);
  postgres::call<nothing> send_snapshot(prepared_snapshot& ready);
  postgres::call<nothing> read_rows(prepared_snapshot& ready);
  postgres::call<nothing> read_on_demand();
  postgres::call<nothing> tell_snapshot(std::string type);
  postgres::call<nothing> tell_tables_begun(const snapshot_count& count);
  postgres::call<nothing> tell_tables_read(snapshot_count& count,
                                           std::size_t begin,
                                           std::size_t end);
  postgres::call<nothing> tell_tables_read(snapshot_count& count,
                                           const postgres::snapshot_row& row);

  // in reader_unfinished.cpp: a first snapshot that was broken off
  bool records_snapshot() const noexcept;
  bool may_go_on(const postgres::system_identity& who);
  postgres::call<nothing> prepare_rest(const beginning& from);
  postgres::call<std::set<oid>> untold_tables(postgres::connection& database);
  bool reaches_rest(const postgres::pgoutput_message& message) const noexcept;
  postgres::call<nothing> read_rest();
  void begin_ledger(const prepared_snapshot& ready);
  void forget_ledger();
  void note_parts(prepared_snapshot& of);
  void collect_parts();

  // in reader_signals.cpp
  postgres::call<nothing> heed(const postgres::pgoutput_message& message, lsn at);
  postgres::call<nothing> obey(signals::message signal);
  postgres::call<nothing> look_at_signal_file();
  postgres::call<nothing> notify(std::string aggregate,
                                 std::string type,
                                 notification_details details,
                                 std::string id);
  /// False: the program is to stop.
  asio::awaitable<bool> wait_for_room();

  // in reader_incremental.cpp
  postgres::call<nothing> start_incremental(signals::start_snapshot asked, std::string signal_id);
  postgres::call<nothing> stop_incremental(signals::stop_snapshot asked);
  postgres::call<nothing> pause_incremental();
  postgres::call<nothing> resume_incremental();
  postgres::call<nothing> continue_incremental(lsn at);
  postgres::call<nothing> close_window(std::string id);
  postgres::call<nothing> read_chunks();
  postgres::call<nothing> read_chunks_due();
  postgres::call<bool> mark_window(bool opening);
  postgres::call<nothing> read_chunk();
  postgres::call<std::string> read_rows_of(postgres::table table, signals::collection what);
  postgres::call<nothing> read_view(std::string select,
                                    std::vector<std::size_t> order,
                                    std::size_t column_count);
  postgres::call<nothing> begin_view();
  postgres::call<nothing> copy_chunk(std::string select,
                                     std::vector<std::size_t> order,
                                     std::size_t column_count);
  postgres::call<nothing> send_window();
  postgres::call<nothing> end_table(std::string status);
  postgres::call<nothing> finish_table();
  postgres::call<nothing> tell_chunk();
  postgres::call<std::vector<postgres::table_name>> known_tables();
  std::string refused_chunk(const signals::collection& what, const postgres::failure& why);

  // in reader_backlog.cpp
  postgres::call<lsn> catch_up(lsn from);
  void give_up_catching_up(const postgres::failure& why);
  clock::time_point patience_ends() const;
  void lose_patience();

  // in reader_stream.cpp
  postgres::call<nothing> read_stream(beginning from);
  postgres::call<nothing> open_session(lsn from);
  void begin_reading(postgres::change_source& source, lsn from, reader_phase phase);
  postgres::call<nothing> read_messages();
  bool takes_time(const postgres::pgoutput_message& message) const noexcept;
  postgres::call<onward> take_slowly(postgres::pgoutput_message message, postgres::xlog_data at);
  postgres::outcome<nothing> take(const postgres::pgoutput_message& message,
                                  const postgres::xlog_data& at);
  postgres::call<nothing> end_turn();
  asio::awaitable<void> wait_for_sink();
  postgres::call<nothing> do_duties();
  clock::time_point next_duty_of_stream() const;
  postgres::call<nothing> beat_if_due();
  postgres::call<nothing> look_at_xmin_if_due();
  bool gather(bool behind);
  bool may_stop() const;
  /// Whether everything that was received is at the outlet, or was none of ours.
  bool between_transactions() const noexcept {
    return !translator_.in_transaction() && !resume_ && !(streamed_ && streamed_->handing_out());
  }
  asio::awaitable<void> settle_before_stop();
  asio::awaitable<void> end_session();

  // in reader_catalog.cpp
  postgres::call<nothing> learn_relation(const postgres::relation_message& relation);
  postgres::call<nothing> open_catalog();
  postgres::call<nothing> reload_types();
  /// Looks for types that were made since the last look.
  postgres::call<nothing> learn_types(const postgres::table& table);

  // in reader_order.cpp
  asio::awaitable<bool> all_arrived();
  postgres::call<onward> settle_order(oid relation);

  // in reader_replay.cpp: transactions that were streamed before their commit
  postgres::outcome<nothing> prepare_streaming(const postgres::connection& server);
  postgres::failure give_up_streaming(error_code why);
  postgres::call<onward> replay(lsn at);
  postgres::call<onward> replay_messages();
  postgres::call<onward> replay_begin(lsn at);

  asio::any_io_executor executor_;
  reader_options how_;
  event::streams* names_;
  pipeline::outlet* out_;
  pipeline::doorbell* bell_;
  wall_clock now_;
  std::unique_ptr<transform::transformed_output> transformed_;  // null: no transforms
  translator translator_;
  std::unique_ptr<event::notification_encoder> notifications_;  // null: none go to the sink
  std::unique_ptr<signal_desk> signals_;                        // null: there are no signals
  postgres::pgoutput_decoder decoder_;
  pipeline::doorbell room_;   // rung when something became durable: there may be room again
  pipeline::doorbell waker_;  // ends a pause

  std::unique_ptr<postgres::streamed_transactions> streamed_;  // null: the server sends them whole
  bool streaming_given_up_ = false;                            // until the next start
  bool catch_up_given_up_ = false;                             // until the next start
  unsigned catch_up_failures_ = 0;                             // to open, one after the other

  std::unique_ptr<postgres::connection> catalog_;
  std::unique_ptr<postgres::connection>
      link_;  // of mode replication, until the stream takes it over
  std::unique_ptr<postgres::replication_session> session_;
  postgres::change_source* source_ = nullptr;       // what is read, while it is
  postgres::snapshot_session* snapshot_ = nullptr;  // while one is read
  bool awaits_rows_ = false;                        // of it, from the server
  std::unique_ptr<prepared_snapshot> rest_;  // is read when the stream reaches its moment; or null
  std::deque<snapshot_part> parts_;          // in the order of their seals
  lsn parts_as_of_;                          // the moment that they show
  postgres::type_catalog types_;
  std::set<oid> unordered_;      // relations whose inserts may be on their way, in no order
  bool rows_unordered_ = false;  // rows of a snapshot may be

  std::uint32_t timeline_ = 0;  // of the server that was read last; 0: none yet
  offsets offsets_;
  bool offsets_found_ = false;    // there was a file, or we have made one
  bool offsets_checked_ = false;  // they are of this cluster and slot
  bool offsets_dirty_ = false;
  bool offsets_trouble_said_ = false;
  bool taking_over_ = false;  // they are Debezium's, and were not looked at yet
  std::optional<debezium::resume_filter> resume_;  // until the rest of a transaction passes
  lsn resumed_transaction_;                        // that one's commit; 0: none
  bool snapshot_taken_ = false;                    // in this run
  bool reached_stream_ =
      false;  // a beginning was found once: from now on nothing is a reason to give up
  bool transforms_failed_ = false;  // on a record that comes again after every start
  std::string let_go_;              // why the stream is to be ended; empty: it is not
  bool starved_ = false;            // no room: nothing is read until the sink takes something
  bool reporting_ = false;
  bool stopping_ = false;
  bool finished_ = false;
  bool collecting_ = false;
  clock::time_point stop_until_{};
  clock::time_point next_report_{};
  clock::time_point next_save_{};
  clock::time_point next_beat_{};
  clock::time_point next_xmin_{};
  clock::time_point seal_at_{};  // of a batch that is not full, in a flood
  delivery_clock delivery_;
  lsn began_at_;  // where reading began on this connection
  missed_publication missed_;
  std::string unpublished_;  // captured tables that the publication does not have, as told last
  std::string said_;         // the last failure that was logged
  unsigned failures_ = 0;
  reader_status status_;
};

}  // namespace tidewire::app
