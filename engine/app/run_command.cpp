#include "app/allocator.hpp"
#include "app/command.hpp"
#include "app/engine.hpp"
#include "app/engine_figures.hpp"
#include "app/engine_health.hpp"
#include "app/logging.hpp"
#include "app/stopping.hpp"
#include "config/unknown_variables.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>

namespace tidewire::app {
namespace {

using telemetry::level;

/// Draining takes up to 10 s, the last words with the server up to 3 more.
constexpr std::chrono::milliseconds stop_max{14'000};

/// What usual batches need is kept; bodies of a megabyte are kept by those who use them again
/// (aws/spare_bodies), and a row of many megabytes is given back when it is gone. With 8 MiB for
/// both an engine that sends schemas held 15 MiB more.
constexpr allocator_limits give_back_large{.mapped_bytes_min = 1 * 1024 * 1024,
                                           .free_bytes_max = 2 * 1024 * 1024};

struct arguments {
  std::string file;
  bool strict = false;
};

int run(const arguments& given) {
  std::signal(SIGPIPE, SIG_IGN);
  set_allocator_limits(give_back_large);
  const auto env = config::process_environment();
  const auto properties = config::settings::load(
      given.file, env, {.strict = given.strict, .variables = config::process_variables()});
  start_log(properties);

  asio::io_context io(1);
  engine all(io, properties, env);
  const engine_health health(all);
  telemetry::registry figures;
  register_figures(figures, all, properties.text("debezium.source.topic.prefix"));
  const auto pages = make_health_server(io, properties, "quarkus.http.port", health, figures);
  asio::co_spawn(io, pages->run(), asio::detached);
  stopping on_signal(
      io.get_executor(),
      stop_max,
      [&all] { all.stop(); },
      [] {
        telemetry::log_line(
            level::warning,
            "run",
            "stopped before all was durable; the rest comes again after the next start");
        std::_Exit(EXIT_SUCCESS);
      });
  asio::co_spawn(io, all.run(), [&io](const std::exception_ptr& error) {
    io.stop();
    if (error) std::rethrow_exception(error);
  });
  io.run();
  telemetry::log(level::info,
                 "run",
                 "stopped; everything up to {} is durable",
                 to_string(all.outlet().durable()));
  return 0;
}

}  // namespace

command add_run_command(CLI::App& program) {
  const auto given = std::make_shared<arguments>();
  CLI::App* const run_command =
      program.add_subcommand("run", "Carry the changes of a PostgreSQL database to the sink");
  run_command->add_option("-c,--config", given->file, "The application.properties file")
      ->required();
  run_command->add_flag("--strict", given->strict, "Warnings about the file are errors");
  return [given] { return run(*given); };
}

}  // namespace tidewire::app
