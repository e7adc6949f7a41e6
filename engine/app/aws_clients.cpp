#include "app/aws_clients.hpp"

#include "aws/remote_credentials.hpp"
#include "aws/resolve.hpp"
#include "base/startup_error.hpp"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace tidewire::app {

namespace {

/// What the properties call a service: `debezium.sink.<word>.region`.
constexpr std::string_view kinesis_word = "kinesis";
constexpr std::string_view eventbridge_word = "eventbridge";
constexpr std::string_view sqs_word = "sqs";

/// How long the body of a PutRecords waits for others to be hashed with. In a flood that brings
/// some, and more records into the requests behind it; of what a call takes where the pace hangs on
/// that, it is a thirtieth.
constexpr std::chrono::microseconds kinesis_company_us_max{800};

std::string sink_property(std::string_view word, std::string_view rest) {
  return fmt::format("debezium.sink.{}.{}", word, rest);
}

/// The value of the first of the two that is set and not empty; nothing where none is.
struct found_property {
  std::string name;
  std::string value;
};
std::optional<found_property> first_set(const config::settings& properties,
                                        std::string own,
                                        std::string common) {
  for (auto* name : {&own, &common})
    if (auto value = properties.find(*name); value && !value->empty())
      return found_property{std::move(*name), std::move(*value)};
  return std::nullopt;
}

}  // namespace

struct aws_clients::state {
  state(asio::any_io_executor e, const config::settings& p, const config::environment& v)
      : executor(std::move(e)), properties(p), env(v) {}

  asio::any_io_executor executor;
  config::settings properties;  // a copy: the clients may be asked for at any time
  config::environment env;
  std::map<std::string, std::shared_ptr<aws::credentials_provider>>
      providers;  // by profile; empty: the usual chain

  aws::client make(std::string_view word, const aws::service_names& names);
  std::string region_for(std::string_view word, const aws::shared_files& files) const;
  void set_endpoint(aws::client_options& how,
                    std::string_view word,
                    const aws::service_names& names,
                    const aws::shared_files& files) const;
};

std::string aws_clients::state::region_for(std::string_view word,
                                           const aws::shared_files& files) const {
  const std::string own = sink_property(word, "region");
  if (const auto chosen = first_set(properties, own, "tidewire.aws.region")) return chosen->value;
  if (const auto usual = aws::resolve_region(env, files)) return *usual;
  // A file for Debezium Server names the region of its streams alone, and means everything.
  for (const auto other : {kinesis_word, eventbridge_word, sqs_word})
    if (const auto theirs = properties.find(sink_property(other, "region"));
        theirs && !theirs->empty())
      return *theirs;
  throw startup_error(
      fmt::format("no AWS region for {}: set {}, tidewire.aws.region or AWS_REGION, or `region` in "
                  "profile '{}' of the shared AWS configuration file",
                  word,
                  own,
                  files.profile));
}

void aws_clients::state::set_endpoint(aws::client_options& how,
                                      std::string_view word,
                                      const aws::service_names& names,
                                      const aws::shared_files& files) const {
  std::string url;
  std::string from;
  if (const auto chosen =
          first_set(properties, sink_property(word, "endpoint"), "tidewire.aws.endpoint")) {
    url = chosen->value;
    from = fmt::format("{} ({})", chosen->name, properties.place_of(chosen->name));
  } else if (const auto configured = aws::configured_endpoint(names, env, files)) {
    url = *configured;
    from = "AWS_ENDPOINT_URL or the AWS profile";
  } else {
    url = aws::default_endpoint(names, how.region, aws::wanted_variant(env, files));
    from = fmt::format("the endpoint of region '{}'", how.region);
    how.endpoint_is_chosen = false;
  }
  const auto to = http::parse_origin(url, &how.endpoint_path);
  if (!to)
    throw startup_error(
        fmt::format("{}: '{}' is not a URL of the form http(s)://host[:port]", from, url));
  how.endpoint = *to;
}

aws::client aws_clients::state::make(std::string_view word, const aws::service_names& names) {
  std::string profile;
  if (const auto chosen =
          first_set(properties, sink_property(word, "credentials.profile"), "tidewire.aws.profile"))
    profile = chosen->value;
  const aws::shared_files files = aws::read_shared_files(env, profile);
  if (files.profile_was_chosen && !files.has_profile() && !profile.empty())
    throw startup_error(
        fmt::format("the AWS profile '{}' is not in the shared AWS files", profile));
  aws::client_options how;
  how.service = names.signing;
  if (word == kinesis_word) how.company_us_max = kinesis_company_us_max;
  how.region = region_for(word, files);
  set_endpoint(how, word, names, files);
  how.connections.ca_file = properties.find("tidewire.aws.ca-bundle").value_or("");
  if (how.connections.ca_file.empty())
    how.connections.ca_file =
        aws::find_variable(env, "AWS_CA_BUNDLE").value_or(files.find("ca_bundle").value_or(""));
  auto& who = providers[profile];
  if (who == nullptr) {
    aws::remote_options from{.executor = executor,
                             .env = env,
                             .region = how.region,
                             .profile = profile,
                             .ca_file = how.connections.ca_file};
    who = aws::make_full_chain(std::move(from));
  }
  return {executor, std::move(how), who};
}

aws_clients::aws_clients(asio::any_io_executor executor,
                         const config::settings& properties,
                         const config::environment& env)
    : state_(std::make_unique<state>(std::move(executor), properties, env)) {}
aws_clients::~aws_clients() = default;
aws_clients::aws_clients(aws_clients&&) noexcept = default;
aws_clients& aws_clients::operator=(aws_clients&&) noexcept = default;

aws::kinesis_client aws_clients::kinesis() const {
  const std::string wanted = state_->properties.text("tidewire.sink.kinesis.protocol");
  const auto protocol = wanted == "cbor"   ? aws::kinesis_protocol::cbor
                        : wanted == "json" ? aws::kinesis_protocol::json
                                           : aws::kinesis_protocol::automatic;
  return {state_->make(kinesis_word, aws::kinesis_names), protocol};
}

aws::eventbridge_client aws_clients::eventbridge() const {
  return aws::eventbridge_client(state_->make(eventbridge_word, aws::eventbridge_names));
}

aws::sqs_client aws_clients::sqs() const {
  return aws::sqs_client(state_->make(sqs_word, aws::sqs_names));
}

}  // namespace tidewire::app
