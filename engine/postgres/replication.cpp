#include "postgres/replication.hpp"

#include <algorithm>
#include <cassert>
#include <thread>

namespace tidewire::postgres {
namespace {

// The server drops a connection that it has not heard of for wal_sender_timeout; three reports in
// that time leave room for a late one.
constexpr int reports_per_sender_timeout = 3;
constexpr std::chrono::milliseconds status_interval_min{100};

/// The replication grammar knows no escapes in literals but the doubled quote.
std::string literal(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += c;
    quoted += c;
  }
  return quoted + '\'';
}

/// START_REPLICATION SLOT "debezium" LOGICAL 0/16B3748 ("proto_version" '1', "publication_names"
/// '"dbz_publication"', "messages" 'true')
std::string start_command(const replication_options& options, int server_version) {
  std::string list;
  for (const auto& [name, value] : pgoutput_parameters(
           options.publication, server_version, options.streaming, options.stream_parameters)) {
    if (!list.empty()) list += ", ";
    list += quote_identifier(name) + ' ' + literal(value);
  }
  return "START_REPLICATION SLOT " + quote_identifier(options.slot) + " LOGICAL " +
         to_string(options.start) + " (" + list + ')';
}

/// \param undefined what it is that does not exist, where the server says so: at the start the
/// slot, later the publication.
failure explain(failure f, const std::string& slot, errc undefined) {
  f.message = "cannot stream from replication slot \"" + slot + "\": " + f.message;
  if (f.sqlstate == "55006")
    f.code = errc::slot_in_use;                   // object_in_use; the server names the process
  if (f.sqlstate == "42704") f.code = undefined;  // undefined_object
  return f;
}

/// wal_sender_timeout in milliseconds; 0: the server waits for ever.
call<std::chrono::milliseconds> sender_timeout(connection& replication) {
  auto rows = co_await replication.query(
      "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'wal_sender_timeout'");
  if (!rows) co_return std::move(rows).error();
  co_return std::chrono::milliseconds(rows->empty() ? 0 : rows->integer(0, 0));
}

std::chrono::milliseconds report_interval(std::chrono::milliseconds asked,
                                          std::chrono::milliseconds timeout) {
  if (timeout.count() > 0) asked = std::min(asked, timeout / reports_per_sender_timeout);
  return std::max(asked, status_interval_min);
}

}  // namespace

replication_session::replication_session(std::unique_ptr<connection> replication,
                                         replication_options options,
                                         wall_clock now,
                                         asio::any_io_executor executor)
    : connection_(std::move(replication)),
      options_(std::move(options)),
      now_(std::move(now)),
      report_timer_(executor),
      pace_(connection_->hold_at_most(read_pace::socket_bytes) ? read_pace::bounded
                                                               : read_pace::usual) {}

call<std::unique_ptr<replication_session>> replication_session::start(
    std::unique_ptr<connection> replication, replication_options options, wall_clock now) {
  auto timeout = co_await sender_timeout(*replication);
  if (!timeout) co_return std::move(timeout).error();
  options.status_interval = report_interval(options.status_interval, *timeout);

  auto started =
      co_await replication->start_stream(start_command(options, replication->server_version()));
  if (!started) co_return explain(std::move(started).error(), options.slot, errc::slot_missing);
  const auto executor = co_await asio::this_coro::executor;
  co_return std::unique_ptr<replication_session>(new replication_session(
      std::move(replication), std::move(options), std::move(now), executor));
}

stream_state replication_session::try_next(xlog_data& data) {
  std::string_view bytes;
  switch (connection_->try_copy_data(bytes)) {
    case copy_state::would_block:
      return stream_state::would_block;
    case copy_state::ended:
      failure_ = make_failure(errc::stream_ended, "the server ended the replication stream");
      return stream_state::ended;
    case copy_state::failed:
      failure_ = explain(connection_->copy_failure(), options_.slot, errc::publication_missing);
      return stream_state::failed;
    case copy_state::data:
      break;
  }
  const auto message = decode_replication_message(bytes);
  if (!message) {
    failure_ = make_failure(message.error(),
                            "the replication stream cannot be read: " + message.error().message());
    return stream_state::failed;
  }
  if (const auto* piece = std::get_if<xlog_data>(&*message)) {
    pace_.message(bytes.size());
    received_ = std::max({received_, piece->start, piece->wal_end});
    data = *piece;
    return stream_state::data;
  }
  last_keepalive_ = std::get<keepalive>(*message);
  received_ = std::max(received_, last_keepalive_.wal_end);
  if (last_keepalive_.reply_requested) {
    const auto sent = send_report(/*reply_requested=*/false);
    if (!sent) {
      failure_ = sent.error();
      return stream_state::failed;
    }
    if (!*sent) report_soon();  // what the socket did not take now goes out from there
  }
  return stream_state::keepalive;
}

void replication_session::trim() {
  connection_->trim();
}

bool replication_session::rest(bool behind) {
  const auto pause = pace_.pause(std::chrono::steady_clock::now(), behind);
  if (pause.count() == 0) return false;
  // Not a timer of Asio's: its wait watches the socket as well, and each change would end it.
  std::this_thread::sleep_for(pause);
  return true;
}

call<bool> replication_session::wait_readable(std::chrono::steady_clock::time_point until) {
  co_return co_await connection_->wait_readable(until);
}

void replication_session::wake() {
  connection_->wake();
}
failure replication_session::stream_failure() const {
  return failure_;
}

void replication_session::confirm(lsn position) noexcept {
  assert(position >= confirmed_ && "the confirmed position moves back");
  confirmed_ = position;
}

lsn replication_session::confirmed() const noexcept {
  return confirmed_;
}
lsn replication_session::received() const noexcept {
  return received_;
}
const keepalive& replication_session::last_keepalive() const noexcept {
  return last_keepalive_;
}

outcome<bool> replication_session::send_report(bool reply_requested) {
  standby_status status;
  status.written = std::max(received_, confirmed_);
  status.flushed = confirmed_;
  status.applied = confirmed_;
  status.send_time_us = unix_us(now_()) - postgres_epoch_unix_us;
  status.reply_requested = reply_requested;
  const auto bytes = encode_standby_status(status);
  return connection_->put_copy_data({bytes.data(), bytes.size()});
}

call<nothing> replication_session::keep_reporting() {
  while (!stopping_) {
    if (!report_due_) {
      report_timer_.expires_after(options_.status_interval);
      co_await report_timer_.async_wait(as_result);  // ended early by report_soon() and stop()
      if (stopping_) break;
    }
    report_due_ = false;
    // Asking for an answer keeps last_keepalive() fresh where the server has nothing to send, and
    // shows a dead link.
    auto sent = send_report(/*reply_requested=*/true);
    if (!sent) co_return std::move(sent).error();
    if (!*sent)
      if (auto flushed = co_await connection_->flush(); !flushed) co_return flushed;
  }
  co_return nothing{};
}

void replication_session::report_soon() {
  report_due_ = true;
  report_timer_.cancel();
}

void replication_session::stop() {
  stopping_ = true;
  report_timer_.cancel();
  wake();
}

call<nothing> replication_session::finish(std::chrono::steady_clock::time_point until) {
  auto ended = co_await say_goodbye(until);
  connection_->close();
  co_return ended;
}

call<nothing> replication_session::say_goodbye(std::chrono::steady_clock::time_point until) {
  if (auto sent = send_report(/*reply_requested=*/false); !sent) co_return std::move(sent).error();
  if (auto sent = connection_->put_copy_end(); !sent) co_return std::move(sent).error();
  if (auto flushed = co_await connection_->flush(); !flushed) co_return flushed;
  for (;;) {
    std::string_view dropped;
    switch (connection_->try_copy_data(dropped)) {
      case copy_state::data:
        break;
      case copy_state::ended:
        co_return co_await connection_->end_copy();
      case copy_state::failed:
        co_return connection_->copy_failure();
      case copy_state::would_block: {
        auto readable = co_await connection_->wait_readable(until);
        if (!readable) co_return std::move(readable).error();
        break;
      }
    }
    if (std::chrono::steady_clock::now() >= until)
      co_return make_failure(errc::deadline_exceeded,
                             "the server did not end the replication stream in time");
  }
}

}  // namespace tidewire::postgres
