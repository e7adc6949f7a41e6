#include "app/aws_clients.hpp"
#include "app/command.hpp"
#include "app/lag_look.hpp"
#include "app/lag_report.hpp"
#include "base/startup_error.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/core.h>

#include <csignal>
#include <exception>
#include <memory>
#include <string>
#include <utility>

namespace tidewire::app {
namespace {

struct arguments {
  std::string file;
  std::string page;
};

int run(const arguments& given) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto env = config::process_environment();
  const auto properties = config::settings::load(given.file, env, {});
  if (!properties.is_set("debezium.sink.type") && !properties.is_set("tidewire.relay.streams") &&
      !properties.is_set("tidewire.consumer.queue-url"))
    throw startup_error(given.file + " names neither engine, relay nor consumer: nothing can lag");
  http::origin pages = engine_pages_at(properties, given.page);

  asio::io_context io(1);
  const aws_clients clients(io.get_executor(), properties, env);
  road_state road;
  asio::co_spawn(io,
                 look_at_lag(properties, clients, std::move(pages)),
                 [&](std::exception_ptr error, road_state found) {
                   io.stop();  // idle connections are not waited for
                   if (error) std::rethrow_exception(error);
                   road = std::move(found);
                 });
  io.run();
  const lag_report report = report_lag(road);
  for (const auto& line : report.lines) fmt::print("{}\n", line);
  fmt::print("\n");
  for (const auto& verdict : report.verdicts) fmt::print("behind    {}\n", verdict);
  if (report.verdicts.empty()) fmt::print("Nothing is behind.\n");
  return report.verdicts.empty() ? 0 : 1;
}

}  // namespace

command add_lag_command(CLI::App& program) {
  const auto given = std::make_shared<arguments>();
  CLI::App* const lag = program.add_subcommand(
      "lag", "Say where changes wait, from the log to the queue; 1 if something is behind");
  lag->add_option("-c,--config", given->file, "The application.properties file")->required();
  lag->add_option("--page",
                  given->page,
                  "Where the engine's pages are, such as http://engine:8080 (default: "
                  "quarkus.http.host and .port)");
  return [given] { return run(*given); };
}

}  // namespace tidewire::app
