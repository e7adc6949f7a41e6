#include "local/local_aws.hpp"

#include "base/task.hpp"
#include "http/body_digests.hpp"
#include "http/server.hpp"
#include "local/call/digest.hpp"
#include "local/call/member_types.hpp"
#include "local/front/protocol.hpp"
#include "local/front/signature.hpp"
#include "local/kept_services.hpp"
#include "local/sqs/query.hpp"
#include "local/wire/body.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

namespace tidewire::local {
namespace {

using std::chrono::system_clock;

constexpr std::chrono::milliseconds tick_every{100};
constexpr std::chrono::seconds sync_every{1};
/// 10 MiB of records are 13.4 MiB in base64; SQS and EventBridge take far less.
constexpr std::size_t body_bytes_max = 32UL * 1024 * 1024;
/// Requests of which one is hashed alone even if there are others.
constexpr std::uint64_t alone_every = 64;

bool is_health_check(const http::request& message) {
  return message.method == "GET" &&
         (message.target == "/" || message.target == "/_tidewire/health");
}

http::response healthy() {
  return {.status = 200,
          .headers = {{"Content-Type", "application/json"}},
          .body = R"({"status":"UP","services":["kinesis","events","sqs"]})"};
}

api_error expired_token() {
  return {.code = "ExpiredTokenException",
          .message = "The security token included in the request is expired"};
}

api_error internal_failure() {
  return {.code = "InternalFailure",
          .message = "The request processing has failed because of an unknown error.",
          .status = 500};
}

}  // namespace

struct local_aws::state : std::enable_shared_from_this<state> {
  state(asio::io_context& io, options given)
      : how(std::move(given)),
        digests(io.get_executor(), sha256),
        verifier(how.secret),
        services({.who = how.who,
                  .memory_bytes_max = how.memory_bytes_max,
                  .data = how.data,
                  .warn = how.warn,
                  .on_arrival = [this](const std::string& queue) { wake(queue); }}),
        ticking(io) {
    if (how.faults.any()) faults.emplace(how.faults, how.seed);
  }

  std::string base_url(const http::request& message) const {
    const auto host = http::find_header(message.headers, "Host");
    return "http://" +
           (host.empty() ? how.address + ":" + std::to_string(server->port()) : std::string(host));
  }

  reply perform(service& to, const operation_call& call) {
    reply out = to.handle(call);
    services.keep();
    return out;
  }

  /// A long poll: asks again whenever something arrives in the queue, a hidden message becomes
  /// visible, or the time is up.
  asio::awaitable<reply> receive(operation_call call) {
    const auto wait = services.sqs.wait_of(call);
    const auto until = call.now + (wait ? wait->at_most : std::chrono::seconds(0));
    for (;;) {
      reply out = perform(services.sqs, call);
      if (!wait || stopping || out.has_error() || out->contains("Messages") || call.now >= until)
        co_return out;
      const auto due = services.sqs.due(wait->queue);
      const auto next = due ? std::clamp(*due, call.now, until) : until;
      asio::steady_timer bell(ticking.get_executor(),
                              next - call.now + std::chrono::milliseconds(1));
      const auto place = waiting.emplace(wait->queue, &bell);
      co_await bell.async_wait(as_result);
      waiting.erase(place);
      call.now = system_clock::now();
    }
  }

  void wake(const std::string& queue) {
    const auto [first, last] = waiting.equal_range(queue);
    for (auto at = first; at != last; ++at) at->second->cancel();
  }

  operation_call call_of(const http::request& message,
                         const wire_call& call,
                         boost::json::object input) {
    return {.operation = call.operation,
            .input = std::move(input),
            .now = system_clock::now(),
            .base_url = base_url(message),
            .faults = faults ? &*faults : nullptr,
            .quotas = how.quotas};
  }

  http::response respond_body(http::request& message,
                              const wire_call& call,
                              const std::string& id) {
    auto done = services.kinesis.handle_body(
        {.operation = call.operation,
         .format = call.spoken == protocol::kinesis_cbor ? body_format::cbor : body_format::json,
         .body = message.body,
         .now = system_clock::now(),
         .faults = faults ? &*faults : nullptr,
         .quotas = how.quotas,
         .owner = &message.body});
    services.keep();
    if (done.has_error()) return answer_with(call.spoken, done.error(), id, false);
    return answer_with(call.spoken, std::move(done->bytes), id);
  }

  service& service_for(protocol spoken) noexcept {
    switch (spoken) {
      case protocol::events_json:
        return services.events;
      case protocol::sqs_json:
      case protocol::sqs_query:
        return services.sqs;
      case protocol::kinesis_json:
      case protocol::kinesis_cbor:
        break;
    }
    return services.kinesis;
  }

  boost::system::result<boost::json::object, api_error> input_of(const http::request& message,
                                                                 const wire_call& call) {
    if (call.spoken == protocol::sqs_query)
      return query_input(form_of(message), base_url(message), message.target);
    auto input =
        parse_input(call.spoken == protocol::kinesis_cbor ? body_format::cbor : body_format::json,
                    message.body);
    if (input.has_value())
      if (auto wrong = wrong_type(*input, service_for(call.spoken).members())) return *wrong;
    return input;
  }

  asio::awaitable<http::response> respond(http::request& message,
                                          const wire_call& call,
                                          const std::string& id) {
    service& to = service_for(call.spoken);
    if (&to == &services.kinesis && kinesis_service::speaks_body(call.operation))
      co_return respond_body(message, call, id);
    const bool query_mode = http::find_header(message.headers, "x-amzn-query-mode") == "true";
    auto input = input_of(message, call);
    if (input.has_error()) co_return answer_with(call.spoken, input.error(), id, query_mode);
    operation_call asked = call_of(message, call, std::move(*input));
    reply done = boost::json::object{};
    if (&to == &services.sqs && call.operation == "ReceiveMessage")
      done = co_await receive(std::move(asked));
    else
      done = perform(to, asked);
    if (done.has_error()) co_return answer_with(call.spoken, done.error(), id, query_mode);
    co_return answer_with(call, *done, id);
  }

  /// Several at a time are hashed by code that clients of this project have as well, some alone by
  /// OpenSSL: an error that both ends share would not stay hidden.
  asio::awaitable<sha256_digest> digest_of(std::string_view body) {
    if (++digest_count % alone_every == 0) co_return sha256(body);
    auto hashing = digests.of(body);
    co_return co_await std::move(hashing);
  }

  asio::awaitable<http::answer> handle(http::request message) {
    if (is_health_check(message)) co_return http::answer{healthy()};
    const std::string id = ids.uuid();
    auto hashing = digest_of(message.body);
    const sha256_digest digest = co_await std::move(hashing);
    const auto call = classify(message);
    const bool query_mode = http::find_header(message.headers, "x-amzn-query-mode") == "true";
    const auto refused = verifier.verify(
        message, digest, call ? signing_name(call->spoken) : "", system_clock::now());
    if (refused)
      co_return http::answer{call ? answer_with(call->spoken, *refused, id, query_mode)
                                  : answer_unknown(*refused, id)};
    if (!call) {
      const std::string target(http::find_header(message.headers, "X-Amz-Target"));
      co_return http::answer{answer_unknown(unknown_operation(target), id)};
    }
    const auto fault = faults ? faults->next_request() : request_fault::none;
    if (faults && faults->latency().count() > 0) {
      asio::steady_timer pause(ticking.get_executor(), faults->latency());
      co_await pause.async_wait(as_result);
    }
    if (fault == request_fault::reset_before) co_return http::answer{{}, http::ending::reset};
    if (fault == request_fault::throttle)
      co_return http::answer{answer_with(call->spoken, throttled(call->spoken), id, query_mode)};
    if (fault == request_fault::error_before)
      co_return http::answer{answer_with(call->spoken, internal_failure(), id, query_mode)};
    if (fault == request_fault::expired)
      co_return http::answer{answer_with(call->spoken, expired_token(), id, query_mode)};
    http::response done = co_await respond(message, *call, id);
    if (fault == request_fault::cut) co_return http::answer{std::move(done), http::ending::cut};
    if (fault == request_fault::reset_after) co_return http::answer{{}, http::ending::reset};
    if (fault == request_fault::error_after)
      co_return http::answer{answer_with(call->spoken, internal_failure(), id, query_mode)};
    co_return http::answer{std::move(done)};
  }

  asio::awaitable<void> keep_time() {
    auto synced = std::chrono::steady_clock::now();
    while (!stopping) {
      ticking.expires_after(tick_every);
      co_await ticking.async_wait(as_result);
      services.tick(system_clock::now());
      if (std::chrono::steady_clock::now() - synced < sync_every) continue;
      synced = std::chrono::steady_clock::now();
      services.sync();
    }
  }

  void stop() {
    stopping = true;
    ticking.cancel();
    for (const auto& [queue, bell] : waiting) bell->cancel();
    server->stop();
  }

  options how;
  id_source ids;
  http::body_digests digests;
  std::uint64_t digest_count = 0;
  signature_verifier verifier;
  std::optional<fault_source> faults;
  std::multimap<std::string, asio::steady_timer*> waiting;  // long polls, by queue
  kept_services services;                                   // which wakes those who wait
  std::unique_ptr<http::server> server;
  asio::steady_timer ticking;
  bool stopping = false;
};

local_aws::local_aws(asio::io_context& io, options how)
    : state_(std::make_shared<state>(io, std::move(how))) {
  state* const raw = state_.get();  // the server is a part of the state and ends before it
  http::server::handler handler = [raw](http::request message, std::string) {
    return
        [](std::shared_ptr<state> self, http::request received) -> asio::awaitable<http::answer> {
          co_return co_await self->handle(std::move(received));
        }(raw->shared_from_this(), std::move(message));
  };
  state_->server =
      std::make_unique<http::server>(io,
                                     http::server::options{.address = state_->how.address,
                                                           .port = state_->how.port,
                                                           .body_bytes_max = body_bytes_max},
                                     std::move(handler));
}

local_aws::~local_aws() = default;

std::uint16_t local_aws::port() const noexcept {
  return state_->server->port();
}

asio::awaitable<void> local_aws::run() {
  const auto keep = state_;
  asio::co_spawn(keep->ticking.get_executor(), keep->keep_time(), asio::detached);
  co_await keep->server->run();
}

void local_aws::stop() {
  state_->stop();
}

}  // namespace tidewire::local
