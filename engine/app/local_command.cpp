#include "app/allocator.hpp"
#include "app/command.hpp"
#include "base/startup_error.hpp"
#include "local/local_aws.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <utility>

namespace tidewire::app {
namespace {

namespace asio = boost::asio;

struct arguments {
  std::string address = "127.0.0.1";
  std::uint16_t port = 4566;
  std::string account = "000000000000";
  std::string region;
  std::string secret;
  std::string faults;
  std::string memory = "2GiB";
  std::string data;
  std::uint64_t seed = 1;
  bool quotas = false;
};

std::string environment(const char* name, const std::string& otherwise) {
  const char* const value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

/// `512MiB`, `2GiB`, plain bytes, or 0 for no bound.
std::size_t parse_bytes(const std::string& text) {
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const unsigned shift = unit.empty() || unit == "B" ? 0
                         : unit == "KiB"             ? 10
                         : unit == "MiB"             ? 20
                         : unit == "GiB"             ? 30
                                                     : 64;
  if (error != std::errc{} || shift == 64 || count > (std::uint64_t{1} << (62U - shift)))
    throw startup_error("--memory must be a size such as 512MiB or 2GiB, not `" + text + "`");
  return count << shift;
}

local::local_aws::options read(const arguments& given) {
  local::local_aws::options out;
  out.address = given.address;
  out.port = given.port;
  out.who.account = given.account;
  out.who.region = !given.region.empty()
                       ? given.region
                       : environment("AWS_REGION", environment("AWS_DEFAULT_REGION", "us-east-1"));
  out.secret = !given.secret.empty() ? given.secret : environment("AWS_SECRET_ACCESS_KEY", "test");
  out.quotas = given.quotas;
  out.seed = given.seed;
  out.data = given.data;
  out.memory_bytes_max = parse_bytes(given.memory);
  out.warn = [](const std::string& sentence) {
    std::fprintf(stderr, "local AWS: %s\n", sentence.c_str());
  };
  std::string problem;
  if (!local::parse_fault_rates(given.faults, out.faults, problem))
    throw startup_error("--faults: " + problem);
  return out;
}

/// Bodies of megabytes come and go with every request. glibc gives such memory back to the kernel
/// at once, which clears it anew for the next one: up to a third of this program's time in a flood
/// of PutRecords. What is free stays ours, up to this much.
constexpr allocator_limits keep_freed_memory{.mapped_bytes_min = 32 * 1024 * 1024,
                                             .free_bytes_max = 256 * 1024 * 1024};

/// What a flag may be, in words; empty: it is.
std::string account_problem(const std::string& text) {
  constexpr std::size_t digits = 12;
  const bool good =
      text.size() == digits && text.find_first_not_of("0123456789") == std::string::npos;
  return good ? "" : "`" + text + "` is no account: 12 digits, such as 000000000000";
}

std::string region_problem(const std::string& text) {
  constexpr const char* allowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
  const bool good = !text.empty() && text.find_first_not_of(allowed) == std::string::npos;
  return good ? ""
              : "`" + text + "` is no region: small letters, digits and hyphens, such as eu-west-1";
}

std::string secret_problem(const std::string& text) {
  return !text.empty() ? ""
                       : "an empty secret signs nothing; leave the flag out for "
                         "AWS_SECRET_ACCESS_KEY, else `test`";
}

int run(const arguments& given) {
  set_allocator_limits(keep_freed_memory);
  asio::io_context io(1);
  local::local_aws aws(io, read(given));
  asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (!error) aws.stop();
  });
  const std::string host =
      given.address.find(':') == std::string::npos ? given.address : "[" + given.address + "]";
  std::printf(
      "local AWS listening on http://%s:%u\n", host.c_str(), static_cast<unsigned>(aws.port()));
  std::fflush(stdout);
  auto serving = [&]() -> asio::awaitable<void> {
    co_await aws.run();
    signals.cancel();
  };
  asio::co_spawn(io, serving, asio::detached);
  io.run();
  return 0;
}

}  // namespace

command add_local_command(CLI::App& program) {
  auto given = std::make_shared<arguments>();
  auto* const local =
      program.add_subcommand("local", "A local AWS: Kinesis, EventBridge and SQS on one port");
  local
      ->add_option(
          "--port", given->port, "Port to listen on; 0: any free one, printed at the start")
      ->check(CLI::Range(0U, 65535U))
      ->capture_default_str();
  local->add_option("--address", given->address, "Address to listen on")->capture_default_str();
  local
      ->add_option("--secret",
                   given->secret,
                   "Secret access key that requests must be signed with, under any access key id "
                   "(default: AWS_SECRET_ACCESS_KEY, else `test`)")
      ->check(secret_problem);
  local->add_option("--account", given->account, "Account id in ARNs")
      ->check(account_problem)
      ->capture_default_str();
  local
      ->add_option(
          "--region",
          given->region,
          "Region in ARNs (default: AWS_REGION, else us-east-1); any is accepted in signatures")
      ->check(region_problem);
  local->add_flag(
      "--quotas",
      given->quotas,
      "Refuse what the published quotas refuse, such as 1000 records a second on a shard");
  local->add_option(
      "--faults",
      given->faults,
      "What goes wrong: "
      "throttle=0.05,partial=0.1,reset=0.01,error500=0.01,expired=0.01,cut=0.01,shard=0.2,"
      "md5=0.01 (shares) and latency=10ms");
  local->add_option("--seed", given->seed, "The same seed and requests give the same faults")
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()))
      ->capture_default_str();
  local->add_option("--data",
                    given->data,
                    "Folder that keeps streams, buses, queues and what is in them over a restart");
  local
      ->add_option(
          "--memory",
          given->memory,
          "Kinesis records kept at most, beyond which the oldest are dropped, and messages, beyond "
          "which sends are refused. 0: no bound")
      ->capture_default_str();
  return [given] { return run(*given); };
}

}  // namespace tidewire::app
