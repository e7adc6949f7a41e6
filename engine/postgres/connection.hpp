#pragma once

#include "postgres/failure.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct pg_result;

namespace tidewire::postgres {

/// Where the database is and who we are. An empty text, or port 0, is not given to libpq, which
/// then uses its own default: the service file (PGSERVICE), PGHOST and the like, the password file
/// (PGPASSFILE).
struct connection_options {
  std::string host;
  std::uint16_t port = 0;
  std::string user;
  std::string password;
  std::string dbname;
  std::string sslmode;  // disable, allow, prefer, require, verify-ca, verify-full
  std::string sslrootcert;
  std::string sslcert;
  std::string sslkey;
  std::string sslpassword;
  bool tcp_keepalive = true;
  std::string application_name = "tidewire";
  std::vector<std::string>
      initial_statements;  // run on each new connection that is not for replication
  std::chrono::milliseconds connect_ms_max{10'000};  // DNS, TCP, TLS and authentication together
  std::chrono::milliseconds query_ms_max{
      600'000};  // one statement; then it is cancelled and the connection closed
};

/// `user@host:port/dbname`, for logs; holds no password.
std::string describe(const connection_options& to);

enum class connection_mode : std::uint8_t {
  query,        // SQL
  replication,  // SQL by the simple protocol, and the replication commands
};

/// The rows of a statement. Texts point into it and live as long as it does.
class query_result {
 public:
  explicit query_result(pg_result* rows) noexcept : rows_(rows) {}

  std::size_t row_count() const noexcept;
  std::size_t column_count() const noexcept;
  bool empty() const noexcept { return row_count() == 0; }
  bool is_null(std::size_t row, std::size_t column) const noexcept;
  /// Empty for null.
  std::string_view text(std::size_t row, std::size_t column) const noexcept;
  std::optional<std::string> optional_text(std::size_t row, std::size_t column) const;
  bool flag(std::size_t row, std::size_t column) const noexcept { return text(row, column) == "t"; }
  /// 0 for null and for what is no number.
  std::int64_t integer(std::size_t row, std::size_t column) const noexcept;

 private:
  struct clear {
    void operator()(pg_result* rows) const noexcept;
  };
  std::unique_ptr<pg_result, clear> rows_;
};

/// Null parameters are nullopt.
using query_parameters = std::vector<std::optional<std::string>>;

/// What a look at the copy stream found.
enum class copy_state : std::uint8_t {
  data,         // one CopyData; its bytes are valid until the next look
  would_block,  // nothing complete has arrived: wait_readable()
  ended,        // the server ended the copy in good order: end_copy()
  failed,       // copy_failure() says why
};

/// One connection to the server, non-blocking: every wait is a coroutine's, with a deadline. For
/// one thread, one statement at a time; while a copy runs, one coroutine may read and another send.
/// After a failure that is not an SQL error
/// (`!healthy()`) it can only be destroyed.
///
/// Sessions print values the same way, so that a snapshot's text equals the stream's: ISO dates,
/// time zone UTC, interval style postgres, bytea in hex, floats in their shortest exact form,
/// UTF-8. lc_monetary stays the database's, as it decides the scale of money.
class connection {
 public:
  /// Connects. The host name is resolved without blocking and given to libpq beside the name, so
  /// that verify-full still checks the name.
  /// \errors what the server or the system says; 28P01 for a wrong password, 3D000 for a missing
  /// database.
  static call<std::unique_ptr<connection>> open(connection_options to, connection_mode mode);

  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection();

  const connection_options& options() const noexcept;
  bool healthy() const noexcept;
  /// 150020 for 15.20.
  int server_version() const noexcept;
  std::int32_t backend_pid() const noexcept;

  /// Runs one statement (several, separated by semicolons, where there are no parameters: the last
  /// one's rows are returned). Replication connections take no parameters.
  call<query_result> query(std::string sql, query_parameters parameters = {});

  /// Starts a statement that answers with a copy stream: COPY … TO STDOUT, START_REPLICATION.
  call<nothing> start_copy(std::string sql);
  /// The same for a stream of changes, which is worth more care: its bytes are
  /// framed here and not by libpq, without a copy of each message, unless GSS encrypts them. The
  /// connection is good for more streams afterwards, each after the end of the one before
  /// (end_copy), and for nothing else; for nothing at all where the statement was refused.
  call<nothing> start_stream(std::string sql);
  /// Bounds what the kernel keeps of a stream for us to read. \return whether it does: not from
  /// afar, nor where libpq frames the stream.
  bool hold_at_most(std::size_t bytes) noexcept;
  /// Looks at what has arrived, reading the socket as far as that is possible without waiting. A
  /// plain function, for the row loop.
  copy_state try_copy_data(std::string_view& bytes);
  /// Whether the next look gives data that is here already, and which. What the last one gave stays
  /// valid.
  bool peek_copy_data(std::string_view& bytes) noexcept;
  /// The bytes of the last look are not needed any more: gives back what only a large message
  /// needed, rather than with the next look.
  void trim();
  /// Waits until there may be something to look at, or until `until`: true, or false for the time.
  /// wake() ends the wait early, as if it were time. A wake() while nobody waits ends the next
  /// wait.
  call<bool> wait_readable(std::chrono::steady_clock::time_point until);
  void wake();
  /// Why try_copy_data() said `failed`.
  failure copy_failure() const;
  /// Takes the end of the statement after `ended`; the connection can then be asked again.
  call<nothing> end_copy();

  /// Hands bytes to the copy stream and sends as much as the socket takes now.
  /// \return true when all of it has been sent; false: flush() must wait for the rest.
  outcome<bool> put_copy_data(std::string_view bytes);
  /// Ends our half of the copy stream; as put_copy_data().
  outcome<bool> put_copy_end();
  call<nothing> flush(std::chrono::milliseconds within = std::chrono::seconds(60));

  /// Asks the server to give up what it is doing for us. Does not wait; the statement then ends
  /// with 57014.
  void cancel() noexcept;
  /// Closes the socket; whoever waits on it ends with errc::connection_lost.
  void close() noexcept;

 private:
  struct state;
  explicit connection(std::unique_ptr<state> s) noexcept;
  std::unique_ptr<state> state_;
};

/// "name" with its quotes doubled, for SQL.
std::string quote_identifier(std::string_view name);
/// 'text' with its quotes doubled (E'…' where there are backslashes), for SQL.
std::string quote_literal(std::string_view text);

}  // namespace tidewire::postgres
