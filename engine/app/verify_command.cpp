#include "app/aws_clients.hpp"
#include "app/command.hpp"
#include "app/engine_options.hpp"
#include "app/verify_arrivals.hpp"
#include "base/startup_error.hpp"
#include "ledger/certificate.hpp"
#include "postgres/catalog.hpp"
#include "postgres/connection.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tidewire::app {
namespace {

constexpr int not_good = 1;
constexpr std::size_t fetch_rows = 5000;

struct arguments {
  std::string file;
  std::string slot = "tidewire_verify";
  std::string until;
  bool begin = false;
  bool end = false;
  bool ignore_values = false;
  std::vector<std::string> streams;
  std::vector<std::string> queues;
  std::vector<std::string> files;
};

template <class Answer>
Answer value_of(postgres::outcome<Answer> answer) {
  if (!answer) throw startup_error(describe(answer.error()), not_good);
  return std::move(*answer);
}

asio::awaitable<std::string> ask(postgres::connection& database, std::string sql) {
  const auto rows = value_of(co_await database.query(std::move(sql)));
  co_return rows.empty() ? std::string() : std::string(rows.text(0, 0));
}

lsn position_of(const std::string& text, const std::string& what) {
  const auto position = parse_lsn(text);
  if (!position) throw startup_error(what + " is no position such as 16/B374D848: `" + text + "`");
  return *position;
}

class verification {
 public:
  verification(const arguments& given,
               const config::settings& properties,
               const config::environment& env)
      : given_(given), properties_(properties), env_(env) {}

  asio::awaitable<int> run() {
    auto options = connection_options_of(properties_);
    of_.database = describe(options);
    of_.slot = given_.slot;
    database_ = value_of(
        co_await postgres::connection::open(std::move(options), postgres::connection_mode::query));
    if (given_.begin) co_return co_await make_slot();
    co_await find_range();
    ledger::book book({.values = !given_.ignore_values,
                       .not_sent = properties_.text("debezium.source.skipped.operations"),
                       .from = of_.from,
                       .until = of_.until});
    co_await add_tables(book);
    co_await read_log(book);
    co_await read_arrivals(book);
    const ledger::findings found = book.close();
    fmt::print("{}", ledger::print_certificate(of_, found));
    if (given_.end)
      co_await ask(*database_, "SELECT pg_drop_replication_slot(" + slot_literal() + ")");
    co_return found.good() ? 0 : not_good;
  }

 private:
  std::string slot_literal() const { return postgres::quote_literal(given_.slot); }

  asio::awaitable<int> make_slot() {
    const auto position = co_await ask(*database_,
                                       "SELECT lsn FROM pg_create_logical_replication_slot(" +
                                           slot_literal() + ", 'test_decoding')");
    fmt::print("slot {} keeps the log from {} on; verify against it later, and end it with --end\n",
               given_.slot,
               position);
    co_return 0;
  }

  asio::awaitable<void> find_range() {
    of_.system = co_await ask(*database_, "SELECT system_identifier FROM pg_control_system()");
    const auto from = co_await ask(
        *database_,
        "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE plugin = 'test_decoding' AND "
        "slot_name = " +
            slot_literal());
    if (from.empty())
      throw startup_error("there is no slot \"" + given_.slot +
                          "\" of plug-in test_decoding: `verify --begin` makes it, before the "
                          "changes that are to be verified");
    of_.from = position_of(from, "the slot's position");
    auto until = given_.until;
    if (until.empty()) until = co_await ask(*database_, "SELECT pg_current_wal_flush_lsn()");
    of_.until = position_of(until, "--until");
  }

  asio::awaitable<void> add_tables(ledger::book& book) {
    const auto capture = capture_options_of(properties_);
    const auto found = value_of(co_await postgres::list_tables(*database_, capture.captured));
    std::vector<oid> ids;
    for (const auto& one : found) ids.push_back(one.id);
    const auto tables = value_of(co_await postgres::describe_tables(*database_, std::move(ids)));
    for (const auto& table : tables) {
      std::vector<std::string> key;
      for (const auto column : table.key) key.push_back(table.columns[column].name);
      book.add_table(
          table.schema, table.name, std::move(key), capture.snapshotted(table.schema, table.name));
    }
  }

  /// By a cursor, so that the range need not fit in memory at once.
  asio::awaitable<void> read_log(ledger::book& book) {
    co_await ask(*database_, "BEGIN");
    co_await ask(*database_,
                 "DECLARE log NO SCROLL CURSOR FOR SELECT lsn, data FROM "
                 "pg_logical_slot_peek_changes(" +
                     slot_literal() + ", " + postgres::quote_literal(to_string(of_.until)) +
                     ", NULL, 'include-xids', '0', 'skip-empty-xacts', '1')");
    for (;;) {
      const auto rows =
          value_of(co_await database_->query("FETCH " + std::to_string(fetch_rows) + " FROM log"));
      for (std::size_t i = 0; i < rows.row_count(); ++i)
        take(book, position_of(std::string(rows.text(i, 0)), "lsn"), rows.text(i, 1));
      if (rows.row_count() < fetch_rows) break;
    }
    co_await ask(*database_, "COMMIT");
  }

  static void take(ledger::book& book, lsn position, std::string_view text) {
    const auto line = ledger::parse_test_decoding(text);
    if (!line)
      throw startup_error("test_decoding wrote a line at " + to_string(position) +
                              " that cannot be read: " + std::string(text.substr(0, 200)),
                          not_good);
    if (line->what == ledger::decoded_line::kind::commit)
      book.commit(position);
    else
      book.change(position, *line);
  }

  asio::awaitable<void> read_arrivals(ledger::book& book) {
    const auto executor = co_await asio::this_coro::executor;
    std::unique_ptr<aws_clients> clients;
    if (!given_.streams.empty() || !given_.queues.empty())
      clients = std::make_unique<aws_clients>(executor, properties_, env_);
    for (const auto& stream : given_.streams)
      say("stream " + stream, co_await read_stream_arrivals(*clients, stream, book));
    for (const auto& queue : given_.queues)
      say("queue " + queue, co_await drain_queue_arrivals(*clients, queue, book));
    for (const auto& file : given_.files) say("file " + file, read_file_arrivals(file, book));
  }

  void say(const std::string& place, const place_tally& held) {
    of_.places.push_back(fmt::format("{}: {} events, {} tombstones, {} other records",
                                     place,
                                     held.events,
                                     held.tombstones,
                                     held.others));
  }

  const arguments& given_;
  const config::settings& properties_;
  const config::environment& env_;
  ledger::provenance of_;
  std::unique_ptr<postgres::connection> database_;
};

int run(const arguments& given) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto env = config::process_environment();
  const auto properties = config::settings::load(given.file, env, {});
  asio::io_context io(1);
  verification verifying(given, properties, env);
  int code = not_good;
  asio::co_spawn(io, verifying.run(), [&](const std::exception_ptr& error, int how) {
    io.stop();  // idle connections are not waited for
    if (error) std::rethrow_exception(error);
    code = how;
  });
  io.run();
  return code;
}

}  // namespace

command add_verify_command(CLI::App& program) {
  const auto given = std::make_shared<arguments>();
  CLI::App* const verify = program.add_subcommand(
      "verify", "Hold what arrived against the log, decoded a second time; 1 if anything is lost");
  verify->add_option("-c,--config", given->file, "The engine's application.properties file")
      ->required();
  verify->add_option("--slot", given->slot, "A slot of plug-in test_decoding")
      ->capture_default_str();
  verify->add_flag(
      "--begin", given->begin, "Make the slot, and end: from here on it keeps the log");
  verify->add_flag(
      "--end", given->end, "Drop the slot at the end, so that it keeps no log any more");
  verify->add_option(
      "--until", given->until, "Verify up to this position (default: the log's end)");
  verify->add_flag("--ignore-values",
                   given->ignore_values,
                   "Compare identities alone, where columns are masked, renamed or cut");
  verify->add_option("--stream", given->streams, "A Kinesis stream that the changes went to");
  verify->add_option("--drain-queue",
                     given->queues,
                     "A queue (URL or name) that they went to; its messages are deleted");
  verify->add_option(
      "--file", given->files, "Lines of `consume --output json` or of the standard output sink");
  return [given] { return run(*given); };
}

}  // namespace tidewire::app
