#include "app/aws_clients.hpp"
#include "app/command.hpp"
#include "app/engine_options.hpp"
#include "app/logging.hpp"
#include "app/provisioning.hpp"
#include "base/startup_error.hpp"
#include "config/unknown_variables.hpp"
#include "postgres/catalog.hpp"
#include "postgres/connection.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/core.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tidewire::app {
namespace {

struct arguments {
  std::string file;
  bool strict = false;
};

using tables = std::vector<postgres::table_name>;

postgres::call<tables> ask_for_tables(const config::settings& properties) {
  auto opening = postgres::connection::open(connection_options_of(properties),
                                            postgres::connection_mode::query);
  const auto database = co_await std::move(opening);
  if (!database) co_return database.error();
  auto listing = postgres::list_tables(**database, capture_options_of(properties).captured);
  auto candidates = co_await std::move(listing);
  if (!candidates) co_return candidates.error();
  tables out;
  for (auto& candidate : *candidates)
    if (candidate.logged) out.push_back(std::move(candidate.name));
  co_return out;
}

/// The captured tables: from the file where it names them, else from the database.
tables captured_tables(asio::io_context& io, const config::settings& properties) {
  if (!wants_table_streams(properties)) return {};
  if (auto named = tables_by_name(properties)) return std::move(*named);
  tables out;
  asio::co_spawn(
      io,
      ask_for_tables(properties),
      [&](std::exception_ptr error, postgres::outcome<tables> found) {
        if (error) std::rethrow_exception(error);
        if (!found)
          throw startup_error(
              "cannot ask the database which tables are captured: " + describe(found.error()), 1);
        out = std::move(*found);
      });
  io.run();
  io.restart();
  return out;
}

void print(const provisioned& thing) {
  fmt::print("{:<8} {:<7} {}\n", thing.kind, to_string(thing.outcome), thing.name);
  std::fflush(stdout);
}

int run(const arguments& given) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto env = config::process_environment();
  const auto properties = config::settings::load(
      given.file, env, {.strict = given.strict, .variables = config::process_variables()});
  start_log(properties);

  asio::io_context io(1);
  auto plan = read_provision_plan(properties, captured_tables(io, properties));
  const aws_clients clients(io.get_executor(), properties, env);
  provisioner::clients services{
      .kinesis = clients.kinesis(), .eventbridge = clients.eventbridge(), .sqs = clients.sqs()};
  provisioner work(std::move(plan), std::move(services), print);
  std::optional<provision_failure> failed;
  asio::co_spawn(
      io, work.run(), [&](std::exception_ptr error, std::optional<provision_failure> ended) {
        if (error) std::rethrow_exception(error);
        failed = std::move(ended);
        io.stop();  // idle connections are not waited for
      });
  io.run();
  if (!failed) return 0;
  fmt::print(stderr, "tidewire: {}: {}\n", failed->what, describe(failed->why));
  return 1;
}

}  // namespace

command add_provision_command(CLI::App& program) {
  const auto given = std::make_shared<arguments>();
  CLI::App* const provision = program.add_subcommand(
      "provision", "Create the streams, buses, rules, targets and queues that the file names");
  provision->add_option("-c,--config", given->file, "The application.properties file")->required();
  provision->add_flag("--strict", given->strict, "Warnings about the file are errors");
  return [given] { return run(*given); };
}

}  // namespace tidewire::app
