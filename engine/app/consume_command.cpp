#include "app/aws_clients.hpp"
#include "app/command.hpp"
#include "app/logging.hpp"
#include "app/stopping.hpp"
#include "base/startup_error.hpp"
#include "config/settings.hpp"
#include "config/unknown_variables.hpp"
#include "consumer/consumer.hpp"
#include "telemetry/log.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <csignal>
#include <exception>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace tidewire::app {
namespace {

using telemetry::level;

struct arguments {
  std::string file;
  bool strict = false;
  bool unwrapped = false;
  std::string output = "text";
  std::optional<std::uint64_t> messages_max;
  /// The flags that stand for a property; those that were not given have no text.
  std::map<std::string, config::settings::flag_value> flags;
};

consumer::consumer_options read_options(const arguments& given,
                                        const config::settings& properties) {
  using std::chrono::duration_cast;
  consumer::consumer_options options;
  options.queue = properties.text("tidewire.consumer.queue-url");
  if (options.queue.empty()) options.queue = properties.text("tidewire.provision.queue.name");
  if (options.queue.empty())
    throw startup_error(
        "no queue to consume: give --queue-url, or set tidewire.consumer.queue-url or "
        "tidewire.provision.queue.name in a file");
  options.wait = duration_cast<std::chrono::seconds>(properties.duration("tidewire.consumer.wait"));
  options.visibility =
      duration_cast<std::chrono::seconds>(properties.duration("tidewire.consumer.visibility"));
  options.receives_max = static_cast<std::size_t>(properties.integer("tidewire.consumer.receives"));
  options.remembered = static_cast<std::size_t>(properties.integer("tidewire.consumer.dedupe"));
  options.messages_max = given.messages_max;
  if (properties.flag("tidewire.consumer.transactions"))
    options.transactions = {
        .age_max = properties.duration("tidewire.consumer.transactions.timeout"),
        .messages_max =
            static_cast<std::size_t>(properties.integer("tidewire.consumer.transactions.messages")),
        .bytes_max = properties.bytes("tidewire.consumer.transactions.buffer")};
  if (properties.is_set("tidewire.consumer.idle-exit"))
    options.idle_exit = properties.duration("tidewire.consumer.idle-exit");
  options.form = given.output == "json" ? consumer::output_form::json : consumer::output_form::text;
  options.unwrapped = given.unwrapped;
  return options;
}

int run(const arguments& given) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of the write
  const auto env = config::process_environment();
  config::settings::options reading{.strict = given.strict,
                                    .variables = config::process_variables()};
  for (const auto& [flag, value] : given.flags)
    if (!value.text.empty()) reading.flags.push_back(value);
  const auto properties =
      given.file.empty() ? config::settings::parse("", "the command line", env, std::move(reading))
                         : config::settings::load(given.file, env, std::move(reading));
  start_log(properties);
  auto options = read_options(given, properties);

  asio::io_context io(1);
  const aws_clients clients(io.get_executor(), properties, env);
  consumer::consumer consuming(io.get_executor(), std::move(options), clients.sqs());
  constexpr std::chrono::seconds patience{15};
  stopping on_signal(io.get_executor(), patience, [&] { consuming.stop(); }, [&] { io.stop(); });
  std::optional<consumer::ending> ended;
  asio::co_spawn(io, consuming.run(), [&](std::exception_ptr error, consumer::ending end) {
    io.stop();
    if (error) std::rethrow_exception(error);
    ended = end;
  });
  io.run();
  const auto& did = consuming.counters();
  telemetry::log(level::info,
                 "consumer",
                 "ended: {} messages received, {} printed, {} repeated, {} deleted, {} invalid",
                 did.received,
                 did.printed,
                 did.repeated,
                 did.deleted,
                 did.invalid);
  if (properties.flag("tidewire.consumer.transactions"))
    telemetry::log(level::info,
                   "consumer",
                   "{} transactions were complete, {} were not; {} messages were given back",
                   did.transactions,
                   did.incomplete,
                   did.given_back);
  return ended == consumer::ending::output_failed ? 1 : 0;
}

}  // namespace

command add_consume_command(CLI::App& program) {
  const auto given = std::make_shared<arguments>();
  CLI::App* const consume = program.add_subcommand(
      "consume", "Receive, check, print and delete the messages of an SQS queue");
  auto* const file =
      consume->add_option("-c,--config", given->file, "The application.properties file");
  consume->add_flag("--strict", given->strict, "Warnings about the file are errors")->needs(file);
  const auto property = [&](const char* flag, const char* name, const char* meaning) {
    auto& value = given->flags[flag];
    value = {.property = name, .text = {}, .flag = flag};
    consume->add_option(flag, value.text, meaning);
  };
  const auto turn_on =
      [&](const char* flag, const char* name, const char* text, const char* meaning) {
        consume->add_flag_callback(
            flag,
            [given, flag, name, text] {
              given->flags[flag] = {.property = name, .text = text, .flag = flag};
            },
            meaning);
      };
  property("--queue-url", "tidewire.consumer.queue-url", "The queue: its URL or its name");
  property("--region", "tidewire.aws.region", "AWS region");
  property(
      "--endpoint-url", "tidewire.aws.endpoint", "Address of the AWS services, for a local AWS");
  property(
      "--wait", "tidewire.consumer.wait", "How long a request waits for messages, such as 20s");
  property("--visibility",
           "tidewire.consumer.visibility",
           "How long a received message stays hidden from others, such as 30s");
  property("--idle-exit",
           "tidewire.consumer.idle-exit",
           "End when no message came for so long, such as 20s");
  turn_on("--dedupe",
          "tidewire.consumer.dedupe",
          "100000",
          "Do not print events that come again (the last 100,000 are remembered)");
  turn_on("--transactions",
          "tidewire.consumer.transactions",
          "true",
          "Print the events of a transaction together, when all have come");
  consume->add_option("--max-messages", given->messages_max, "End after so many messages")
      ->check(CLI::Range(std::int64_t{1}, std::numeric_limits<std::int64_t>::max()));
  consume
      ->add_option(
          "--output", given->output, "text: lines for people; json: one line for each event")
      ->check(CLI::IsMember({"text", "json"}));
  consume->add_flag("--unwrapped", given->unwrapped, "Take bare rows as details too");
  return [given] { return run(*given); };
}

}  // namespace tidewire::app
