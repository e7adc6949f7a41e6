#include "app/aws_clients.hpp"
#include "app/command.hpp"
#include "app/logging.hpp"
#include "app/relay_health.hpp"
#include "app/relay_settings.hpp"
#include "app/stopping.hpp"
#include "config/unknown_variables.hpp"
#include "relay/relay.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <csignal>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tidewire::app {
namespace {

using telemetry::level;

struct arguments {
  std::string file;
  bool strict = false;
};

int run(const arguments& given) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto env = config::process_environment();
  const auto properties = config::settings::load(
      given.file, env, {.strict = given.strict, .variables = config::process_variables()});
  start_log(properties);
  auto options = read_relay_options(properties);
  std::vector<std::string> streams;
  for (const auto& one : options.streams) streams.push_back(one.stream);
  const auto patience = options.drain_max + std::chrono::seconds(5);

  asio::io_context io(1);
  const aws_clients clients(io.get_executor(), properties, env);
  relay::relay relaying(io.get_executor(),
                        std::move(options),
                        clients.kinesis(),
                        clients.eventbridge(),
                        clients.sqs());
  const relay_health health(relaying);
  telemetry::registry figures;
  register_relay_figures(figures, relaying, streams);
  std::unique_ptr<http::server> pages;
  if (constexpr auto port = "tidewire.relay.http.port"; properties.is_set(port)) {
    pages = make_health_server(io, properties, port, health, figures);
    asio::co_spawn(io, pages->run(), asio::detached);
  }
  stopping on_signal(
      io.get_executor(),
      patience,
      [&] { relaying.stop(); },
      [&] {
        telemetry::log_line(level::warning,
                            "relay",
                            "stopped before all was done; it goes on from its checkpoints");
        io.stop();
      });
  asio::co_spawn(io, relaying.run(), [&](std::exception_ptr error) {
    io.stop();
    if (error) std::rethrow_exception(error);
  });
  io.run();
  const auto& did = relaying.counters();
  telemetry::log(level::info,
                 "relay",
                 "ended: {} records read, {} events relayed, {} left out, {} dead letters, {} "
                 "entries sent again",
                 did.records,
                 did.relayed,
                 did.left_out,
                 did.dead,
                 did.entries_failed);
  return 0;
}

}  // namespace

command add_relay_command(CLI::App& program) {
  const auto given = std::make_shared<arguments>();
  CLI::App* const relay =
      program.add_subcommand("relay", "Carry Kinesis streams to EventBridge buses");
  relay->add_option("-c,--config", given->file, "The application.properties file")->required();
  relay->add_flag("--strict", given->strict, "Warnings about the file are errors");
  return [given] { return run(*given); };
}

}  // namespace tidewire::app
