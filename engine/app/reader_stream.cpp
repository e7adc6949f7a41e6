#include "app/reader.hpp"
#include "postgres/slot.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>
#include <utility>
#include <variant>

/// The stream of changes, from a position until the connection or the program ends.
namespace tidewire::app {
namespace {

using telemetry::level;
using telemetry::log;

constexpr std::uint64_t messages_per_turn = 256;
/// At the stop, how much of the time is left for the rest of a transaction that is being read: its
/// beginning would be sent again.
constexpr std::chrono::seconds stop_reserve{6};
constexpr std::chrono::milliseconds finish_max{1500};
/// How long a batch that is not full may wait for more while changes come quickly.
constexpr std::chrono::milliseconds batch_age_max{5};
/// Who is sent changes that were committed longer ago is behind, and reads for many a second, not
/// for each at once.
constexpr std::chrono::milliseconds lag_min{50};

}  // namespace

postgres::call<postgres::nothing> reader::read_stream(beginning from) {
  const auto caught_up = co_await catch_up(from.position);
  if (!caught_up) co_return caught_up.error();
  if (stopping_) co_return nothing{};
  auto ended = co_await open_session(*caught_up);
  if (!ended) co_return ended;
  log(level::info, "run", "streaming from slot \"{}\" at {}", how_.slot, to_string(*caught_up));
  ended = co_await continue_incremental(*caught_up);
  if (ended) ended = co_await read_messages();
  out_->seal();
  co_await end_session();
  co_return ended;
}

postgres::call<postgres::nothing> reader::open_session(lsn from) {
  postgres::replication_options options;
  options.slot = how_.slot;
  options.publication = how_.publication.name;
  options.start = from;
  options.stream_parameters = how_.stream_parameters;
  options.status_interval = how_.status_interval;
  if (auto ready = prepare_streaming(*link_); !ready) co_return std::move(ready).error();
  options.streaming = streamed_ != nullptr;
  auto started =
      co_await postgres::replication_session::start(std::move(link_), std::move(options), now_);
  if (!started) co_return std::move(started).error();
  session_ = std::move(*started);
  begin_reading(*session_, from, reader_phase::streaming);
  reporting_ = true;
  asio::co_spawn(executor_,
                 session_->keep_reporting(),
                 [this](const std::exception_ptr& error, const postgres::outcome<nothing>&) {
                   reporting_ = false;
                   room_.ring();
                   if (error) std::rethrow_exception(error);
                 });
  ++status_.connections;
  co_return nothing{};
}

void reader::begin_reading(postgres::change_source& source, lsn from, reader_phase phase) {
  source_ = &source;
  let_go_.clear();
  translator_.reconnected();
  out_->committed(std::max(out_->commit_end(), from));
  delivery_.restart();
  began_at_ = from;
  status_.phase = phase;
  status_.trouble.clear();
  said_.clear();
}

bool reader::may_stop() const {
  return stopping_ && (!translator_.in_transaction() || clock::now() + stop_reserve > stop_until_);
}

postgres::call<postgres::nothing> reader::read_messages() {
  next_beat_ = how_.heartbeat_interval.count() > 0 ? clock::now() + how_.heartbeat_interval
                                                   : clock::time_point::max();
  next_xmin_ = how_.xmin_interval.count() > 0 ? clock::now() : clock::time_point::max();
  if (auto looked = co_await look_at_xmin_if_due(); !looked) co_return looked;
  translator_.tick();
  std::uint64_t count = 0;
  std::int64_t sent_us = 0;  // the last change, by the server's clock
  while (!may_stop()) {
    if (!let_go_.empty())
      co_return postgres::make_failure(postgres::errc::stream_ended, std::exchange(let_go_, {}));
    if (!out_->has_room()) {
      source_->trim();
      co_await wait_for_sink();
      continue;
    }
    postgres::xlog_data data;
    switch (source_->try_next(data)) {
      case postgres::stream_state::data: {
        using fate = postgres::streamed_transactions::fate;
        sent_us = postgres::unix_us_of(data.send_time_us);
        auto what = fate::ordinary;
        if (streamed_) {
          const auto taken = streamed_->take(data.payload, data.start);
          if (!taken) co_return give_up_streaming(taken.error());
          what = *taken;
        }
        if (what == fate::committed) {
          const auto replayed = co_await replay(data.start);
          if (!replayed) co_return replayed.error();
          if (*replayed == onward::stop) co_return nothing{};
        } else if (what == fate::ordinary) {
          const auto message = decoder_.decode(data.payload);
          if (!message)
            co_return postgres::make_failure(
                message.error(), "a change cannot be read: " + message.error().message());
          if (signals_) signals_->watch.pass(*message);
          if (takes_time(*message)) [[unlikely]] {
            const auto taken = co_await take_slowly(*message, data);
            if (!taken) co_return taken.error();
            if (*taken == onward::stop) co_return nothing{};
          } else if (auto taken = take(*message, data); !taken) {
            co_return std::move(taken).error();
          }
        }
        if (out_->full()) out_->seal();
        if (++count % messages_per_turn == 0)
          if (auto done = co_await end_turn(); !done) co_return done;
        break;
      }
      case postgres::stream_state::keepalive:
        bell_->ring();  // an idle log may be let go of
        if (rest_ && source_->received() >= rest_->rows->position().position &&
            between_transactions())
          if (auto read = co_await read_rest(); !read) co_return read;
        break;
      case postgres::stream_state::would_block: {
        failures_ = 0;
        if (gather(translator_.lag_at(sent_us) > lag_min)) {
          co_await asio::post(executor_, asio::use_awaitable);
          break;
        }
        out_->seal();
        const auto ready = co_await source_->wait_readable(next_duty_of_stream());
        if (!ready) co_return ready.error();
        translator_.tick();
        if (auto done = co_await do_duties(); !done) co_return done;
        break;
      }
      case postgres::stream_state::caught_up:
        co_return nothing{};
      case postgres::stream_state::ended:
      case postgres::stream_state::failed:
        co_return source_->stream_failure();
    }
  }
  co_return nothing{};
}

/// Whether the message may have to wait for something: a table's description, a snapshot, or room.
bool reader::takes_time(const postgres::pgoutput_message& message) const noexcept {
  return std::holds_alternative<postgres::relation_message>(message) || resume_ || rest_ ||
         (signals_ && signals_->watch.concerns(message));
}

postgres::call<onward> reader::take_slowly(postgres::pgoutput_message message,
                                           postgres::xlog_data at) {
  if (const auto* relation = std::get_if<postgres::relation_message>(&message)) {
    if (auto learnt = co_await learn_relation(*relation); !learnt)
      co_return std::move(learnt).error();
    co_return co_await settle_order(relation->id);
  }
  if (reaches_rest(message)) {
    if (auto read = co_await read_rest(); !read) co_return std::move(read).error();
    if (stopping_ || !co_await wait_for_room()) co_return onward::stop;
  }
  if (resume_) {
    const auto before = sent_before(message, at);
    if (!before) co_return before.error();
    if (*before) co_return onward::go_on;
  }
  if (signals_ && signals_->watch.concerns(message)) {
    if (auto heeded = co_await heed(message, at.start); !heeded)
      co_return std::move(heeded).error();
    if (!co_await wait_for_room()) co_return onward::stop;
  }
  if (auto taken = take(message, at); !taken) co_return std::move(taken).error();
  if (signals_ && signals_->blocking) {
    if (auto read = co_await read_on_demand(); !read) co_return std::move(read).error();
    if (stopping_) co_return onward::stop;
  }
  co_return onward::go_on;
}

postgres::outcome<postgres::nothing> reader::take(const postgres::pgoutput_message& message,
                                                  const postgres::xlog_data& at) {
  if (const auto* const begun = std::get_if<postgres::begin_message>(&message))
    delivery_.read(begun->final_lsn, postgres::unix_us_of(begun->commit_time_us) / 1000);
  const auto commit = translator_.apply(message, at);
  if (!commit)
    return postgres::make_failure(commit.error(),
                                  "a change came of a table that was not announced");
  auto passed = pass_on();
  if (passed && *commit) {
    out_->committed(**commit);
    if (signals_) signals_->committed(**commit);
  }
  return passed;
}

/// Now and then, as a fast server never lets us wait: duties, and a turn for other coroutines.
postgres::call<postgres::nothing> reader::end_turn() {
  translator_.tick();
  // While the messages of a running transaction are put aside, they fill no batch: what others
  // changed must not wait in it.
  if (streamed_ && clock::now() >= seal_at_) {
    out_->seal();
    seal_at_ = clock::now() + batch_age_max;
  }
  if (auto done = co_await do_duties(); !done) co_return done;
  if (out_->idle()) bell_->ring();  // changes of other tables only: nothing else moves the position
  co_await asio::post(executor_, asio::use_awaitable);
  co_return nothing{};
}

/// No room: until the sink has taken something.
asio::awaitable<void> reader::wait_for_sink() {
  const auto until = patience_ends();
  starved_ = true;
  do co_await room_.wait_until(until);
  while (!session_ && !stopping_ && !out_->has_room() && clock::now() < until);
  starved_ = false;
  translator_.tick();
  if (clock::now() >= until && !out_->has_room()) lose_patience();
}

/// In a flood batches are filled rather than sent off as they are, but none is kept for long.
bool reader::gather(bool behind) {
  if (!source_->rest(behind)) return false;
  translator_.tick();
  if (const auto now = clock::now(); now >= seal_at_) {
    out_->seal();
    seal_at_ = now + batch_age_max;
  }
  return true;
}

/// What is due between messages, by the clock.
postgres::call<postgres::nothing> reader::do_duties() {
  if (auto beat = co_await beat_if_due(); !beat) co_return beat;
  if (auto looked = co_await look_at_xmin_if_due(); !looked) co_return looked;
  co_return co_await look_at_signal_file();
}

reader::clock::time_point reader::next_duty_of_stream() const {
  if (!signals_ || how_.signals.file.empty()) return next_beat_;
  return std::min(next_beat_, signals_->next_look);
}

postgres::call<postgres::nothing> reader::beat_if_due() {
  if (clock::now() < next_beat_ || !out_->has_room()) co_return nothing{};
  next_beat_ = clock::now() + how_.heartbeat_interval;
  translator_.beat();
  if (auto passed = pass_on(); !passed) co_return std::move(passed).error();
  if (how_.heartbeat_query.empty()) co_return nothing{};
  auto done = co_await catalog_->query(how_.heartbeat_query);
  if (!done && catalog_->healthy()) {
    log(level::warning, "run", "heartbeat.action.query failed: {}", describe(done.error()));
  } else if (!done) {
    co_return std::move(done).error();
  }
  co_return nothing{};
}

/// A 32-bit transaction id, as pg_replication_slots shows it.
postgres::call<postgres::nothing> reader::look_at_xmin_if_due() {
  if (clock::now() < next_xmin_) co_return nothing{};
  next_xmin_ = clock::now() + how_.xmin_interval;
  postgres::query_parameters parameters;
  parameters.emplace_back(how_.slot);
  auto rows = co_await catalog_->query(
      "SELECT catalog_xmin FROM pg_catalog.pg_replication_slots WHERE slot_name = $1",
      std::move(parameters));
  if (!rows) co_return std::move(rows).error();
  std::optional<std::uint32_t> xmin;
  if (!rows->empty() && !rows->is_null(0, 0))
    xmin = static_cast<std::uint32_t>(rows->integer(0, 0));
  translator_.set_xmin(xmin);
  co_return nothing{};
}

/// At the end of the program: what is under way becomes durable, or time is up.
asio::awaitable<void> reader::settle_before_stop() {
  status_.phase = reader_phase::stopping;
  co_await drain(stop_until_);
  if (!out_->idle())
    log(level::warning,
        "run",
        "stopping although not all is durable; the rest comes again after the next start");
  if (between_transactions()) out_->read_up_to(source_->received());
  offsets_.durable = std::max(offsets_.durable, out_->durable());
  forget_takeover();
  if (signals_) (void)signals_->settle(out_->durable(), offsets_);
  store_offsets();
  if (out_->durable() > source_->confirmed()) source_->confirm(out_->durable());
}

/// Stops reporting, and ends the stream in good order where the program stops.
asio::awaitable<void> reader::end_session() {
  if (stopping_) co_await settle_before_stop();
  session_->stop();
  while (reporting_) co_await room_.wait();
  source_ = nullptr;
  const auto ending = std::move(session_);
  if (!stopping_) co_return;
  // The server reads the last report before it answers our end of the stream.
  const auto finished = co_await ending->finish(clock::now() + finish_max);
  if (!finished)
    log(level::info,
        "run",
        "the server did not confirm the end of the stream: {}",
        describe(finished.error()));
  if (!how_.drop_slot_on_stop) co_return;
  auto link =
      co_await postgres::connection::open(how_.database, postgres::connection_mode::replication);
  if (!link) co_return;
  const auto dropped = co_await postgres::drop_slot(**link, how_.slot);
  if (dropped)
    log(level::info,
        "run",
        "dropped replication slot \"{}\", as slot.drop.on.stop says",
        how_.slot);
  else
    log(level::warning,
        "run",
        "replication slot \"{}\" could not be dropped: {}",
        how_.slot,
        describe(dropped.error()));
}

}  // namespace tidewire::app
