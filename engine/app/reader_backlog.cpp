#include "app/reader.hpp"
#include "postgres/backlog.hpp"
#include "postgres/slot.hpp"
#include "telemetry/log.hpp"

#include <algorithm>
#include <utility>

/// A backlog that is read by SQL before the stream begins: docs/decisions/0009-catching-up.md.
namespace tidewire::app {
namespace {

using telemetry::level;
using telemetry::log;

constexpr std::uint64_t mebibyte = 1024U * 1024U;
/// A statement that waits for us keeps the server from cleaning up dead rows, which a stream does
/// not.
constexpr std::chrono::seconds patience_with_sink{10};

/// What passes has passed after so many tries, 6 to 12 s (sinks/backoff), or may never: a role that
/// is allowed too few connections for this has enough for the stream.
constexpr unsigned tries_to_open = 12;

/// What a new connection may cure.
bool is_passing(const postgres::failure& why) {
  return why.code == postgres::errc::connection_lost || why.code == postgres::errc::slot_in_use;
}

}  // namespace

/// \return where the stream is to begin.
postgres::call<lsn> reader::catch_up(lsn from) {
  if (!how_.catch_up || catch_up_given_up_ || rest_) co_return from;
  const auto server = co_await postgres::identify_system(*link_);
  if (!server) co_return server.error();
  const std::uint64_t behind = server->flushed > from ? server->flushed.value - from.value : 0;
  if (behind < how_.catch_up_from) co_return from;

  postgres::backlog_options options;
  options.slot = how_.slot;
  options.publication = how_.publication.name;
  options.start = from;
  options.stream_parameters = how_.stream_parameters;
  options.claimant = link_->backend_pid();
  options.pieces.piece_min = std::min(options.pieces.piece_min, how_.catch_up_from);
  auto opened = co_await postgres::backlog_session::open(how_.database, std::move(options));
  if (!opened) {
    if (opened.error().what == postgres::remedy::retry && ++catch_up_failures_ < tries_to_open)
      co_return opened.error();
    give_up_catching_up(opened.error());
    co_return from;
  }
  catch_up_failures_ = 0;
  log(level::info,
      "run",
      "{} MiB behind the end of the log: reading by SQL from {} on (tidewire.catchup)",
      behind / mebibyte,
      to_string(from));
  streamed_.reset();
  const auto backlog = std::move(*opened);
  begin_reading(*backlog, from, reader_phase::catching_up);
  auto ended = co_await read_messages();
  out_->seal();
  if (stopping_) co_await settle_before_stop();
  from = std::max(from, backlog->received());
  if (ended) ended = co_await backlog->finish();
  source_ = nullptr;
  if (ended) co_return from;
  if (!is_passing(ended.error())) give_up_catching_up(ended.error());
  co_return ended.error();
}

/// The walsender can do the same, only slower.
void reader::give_up_catching_up(const postgres::failure& why) {
  catch_up_given_up_ = true;
  log(level::warning,
      "run",
      "{}; until the next start the backlog is read from the stream (tidewire.catchup)",
      describe(why));
}

/// While a statement of ours is open, it is not kept waiting for long.
reader::clock::time_point reader::patience_ends() const {
  return session_ ? clock::time_point::max() : clock::now() + patience_with_sink;
}

void reader::lose_patience() {
  let_go_ =
      "the sink takes nothing, and a statement that is not read to its end keeps the server from "
      "cleaning up";
}

}  // namespace tidewire::app
