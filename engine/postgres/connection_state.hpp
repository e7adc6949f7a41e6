#pragma once

#include "postgres/connection.hpp"
#include "postgres/copy_socket.hpp"
#include "postgres/watched_socket.hpp"

#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Inside of connection: libpq's handle and the waits around it. For this room's own files only.
namespace tidewire::postgres {

struct pq_finish {
  void operator()(PGconn* c) const noexcept { PQfinish(c); }
};
struct pq_clear {
  void operator()(PGresult* r) const noexcept { PQclear(r); }
};
struct pq_free {
  void operator()(char* bytes) const noexcept { PQfreemem(bytes); }
};
using pq_result = std::unique_ptr<PGresult, pq_clear>;

/// libpq owns its socket, and may close it and open another while it connects. Asio therefore waits
/// on duplicates: a fresh one for each step of connecting, then one for reading and, when a send
/// has to wait, one for writing, so that ending the one wait does not end the other.
struct connection::state {
  using deadline = std::chrono::steady_clock::time_point;

  state(asio::any_io_executor ex, connection_options to)
      : options(std::move(to)), executor(ex), reading(ex), writing(ex) {}

  connection_options options;
  asio::any_io_executor executor;
  std::unique_ptr<PGconn, pq_finish> link;
  watched_socket reading;
  watched_socket writing;
  std::unique_ptr<char, pq_free> copied;  // what the last look at the copy stream gave out
  std::unique_ptr<copy_socket> stream;    // set while a stream runs that libpq does not frame
  failure copy_trouble;
  bool copying = false;       // a copy was begun on this connection
  bool copy_refused = false;  // copy_trouble is what the server warned of while it copied
  bool closed = false;
  bool waiting = false;
  bool woken = false;

  bool good() const noexcept {
    return !closed && (!stream || stream->trouble().empty()) &&
           PQstatus(link.get()) == CONNECTION_OK;
  }
  failure link_lost() const;
  failure ran_out_of_time(std::string_view what);
  failure unexpected_copy();
  /// Logs what the server remarks; one of its remarks ends a stream (copy_refused).
  void heed(const error_fields& notice);
  void close() noexcept;
  void cancel() noexcept;

  call<nothing> connect(connection_mode mode);
  call<std::vector<std::string>> resolve(deadline until);
  call<nothing> flush(deadline until);
  /// Null when the statement has ended.
  call<pq_result> next_result(deadline until);
  /// Takes all answers up to the statement's end; the first refusal among them is the result.
  call<nothing> drain(deadline until);
  /// An error of the server ends a copy just as its orderly end does; what it said (57P01 and the
  /// like) is in the result.
  copy_state copy_has_ended(bool orderly);

  /// How much is left to send: nothing (0), something (1), or the connection is lost (-1).
  int send_some();
  /// The next message of `stream`, waited for; nothing when the connection is lost.
  call<copy_frames::kind> next_message(std::string_view& body, deadline until);
  copy_state try_stream(std::string_view& bytes);
  outcome<bool> put_stream(char type, std::string_view body);
  call<nothing> drain_stream(deadline until);
};

/// The server's own words: message, detail and hint on one line. After FATAL and PANIC it closes
/// the connection, even if that has not reached us yet.
/// Valid as long as the result.
error_fields fields_of(const PGresult* said) noexcept;
failure server_failure(const PGresult* answer);
failure server_failure(const error_fields& said);

inline bool begins_copy(ExecStatusType status) noexcept {
  return status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH || status == PGRES_COPY_IN;
}

}  // namespace tidewire::postgres
