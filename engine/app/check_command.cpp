#include "app/aws_clients.hpp"
#include "app/check_roads.hpp"
#include "app/command.hpp"
#include "app/engine_options.hpp"
#include "base/startup_error.hpp"
#include "config/check_report.hpp"
#include "config/properties_file.hpp"
#include "config/property_document.hpp"
#include "config/unknown_variables.hpp"
#include "telemetry/log_form.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::app {
namespace {

constexpr int configuration_is_wrong = startup_error::configuration_exit_code;
constexpr int outside_is_wrong = 1;

struct arguments {
  std::string file;
  bool strict = false;
  bool offline = false;
  bool markdown = false;
};

void print(const config::checked_property& one) {
  const std::string_view how = one.how ? config::to_string(*one.how) : "unknown";
  fmt::print("{:<9} {}={}\n", how, one.name, one.value);
  if (!one.remark.empty()) fmt::print("{:<9}   {}\n", "", one.remark);
}

/// \return whether the program would start.
bool print_file(const config::check_report& report, const arguments& given) {
  fmt::print("{}: {} properties are set\n\n", given.file, report.properties.size());
  for (const auto& one : report.properties) print(one);
  const auto section = [](std::string_view title, const auto& lines, auto text) {
    if (lines.empty()) return;
    fmt::print("\n{}\n", title);
    for (const auto& line : lines) fmt::print("  {}\n", text(line));
  };
  section(given.strict ? "warnings, which --strict makes errors:" : "warnings:",
          report.warnings,
          [](const config::warning& one) { return one.message; });
  section("problems:", report.problems, [](const std::string& one) { return one; });
  return report.problems.empty() && !(given.strict && !report.warnings.empty());
}

/// Expressions, patterns and options that only their own room can judge.
bool check_transforms(const config::settings& properties) {
  try {
    transform_options_of(properties);
    return true;
  } catch (const startup_error& error) {
    fmt::print("\nproblems:\n  {}\n", error.what());
    return false;
  }
}

bool sets_something_up(const config::settings& properties) {
  return properties.is_set("debezium.sink.type") || properties.is_set("tidewire.relay.streams") ||
         properties.is_set("tidewire.consumer.queue-url") ||
         properties.is_set("tidewire.provision.queue.name");
}

void print(const std::vector<finding>& all) {
  for (const auto& one : all) {
    const std::string_view how = one.how == finding::grade::good   ? "ok"
                                 : one.how == finding::grade::note ? "note"
                                                                   : "PROBLEM";
    fmt::print("{:<9} {}: {}\n", how, one.subject, telemetry::in_one_line(one.text));
  }
}

asio::awaitable<std::vector<finding>> look_outside(const config::settings& properties,
                                                   const aws_clients& clients) {
  std::vector<finding> all;
  std::vector<postgres::table_name> captured;
  if (properties.is_set("debezium.sink.type")) {
    auto database = co_await look_at_database(properties);
    all = std::move(database.all);
    captured = std::move(database.captured);
  }
  auto looking = look_at_aws(properties, clients, std::move(captured));
  auto cloud = co_await std::move(looking);
  std::move(cloud.begin(), cloud.end(), std::back_inserter(all));
  co_return all;
}

int check_outside(const config::settings& properties, const config::environment& env) {
  asio::io_context io(1);
  const aws_clients clients(io.get_executor(), properties, env);
  std::vector<finding> all;
  asio::co_spawn(io,
                 look_outside(properties, clients),
                 [&](std::exception_ptr error, std::vector<finding> found) {
                   io.stop();  // idle connections are not waited for
                   if (error) std::rethrow_exception(error);
                   all = std::move(found);
                 });
  io.run();
  fmt::print("\n");
  print(all);
  const bool bad = std::any_of(
      all.begin(), all.end(), [](const finding& one) { return one.how == finding::grade::bad; });
  fmt::print("\n{}\n",
             bad ? "The file is right; what it names outside is not all there yet."
                 : "All is as it should be; nothing was changed.");
  return bad ? outside_is_wrong : 0;
}

int run(const arguments& given) {
  if (given.markdown) {
    fmt::print("{}", config::render_property_document());
    return 0;
  }
  if (given.file.empty()) throw startup_error("check needs a file: -c application.properties");
  std::signal(SIGPIPE, SIG_IGN);
  const auto env = config::process_environment();
  if (!print_file(config::check_text(config::read_properties_file(given.file),
                                     given.file,
                                     env,
                                     config::process_variables()),
                  given))
    return configuration_is_wrong;
  const auto properties = config::settings::load(given.file, env, {.strict = given.strict});
  if (!check_transforms(properties)) return configuration_is_wrong;
  if (!sets_something_up(properties))
    fmt::print(
        "\n{:<9} the file alone sets up neither engine (debezium.sink.type), relay "
        "(tidewire.relay.streams) nor consumer (tidewire.consumer.queue-url)\n",
        "note");
  if (given.offline) return 0;
  return check_outside(properties, env);
}

}  // namespace

command add_check_command(CLI::App& program) {
  const auto given = std::make_shared<arguments>();
  CLI::App* const check = program.add_subcommand(
      "check", "Say what the file means and whether what it names is there; change nothing");
  check->add_option("-c,--config", given->file, "The application.properties file");
  check->add_flag("--strict", given->strict, "Warnings about the file are errors");
  check->add_flag("--offline", given->offline, "Look at the file alone");
  check->add_flag("--properties-markdown", given->markdown, "Print docs/configuration.md instead");
  return [given] { return run(*given); };
}

}  // namespace tidewire::app
