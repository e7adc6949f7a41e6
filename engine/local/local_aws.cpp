#include "local/local_aws.hpp"

#include "base/startup_error.hpp"
#include "base/task.hpp"
#include "http/server.hpp"
#include "local/journal.hpp"
#include "local/kinesis_service.hpp"
#include "local/protocol.hpp"
#include "local/signature.hpp"
#include "local/sqs_query.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <optional>
#include <system_error>
#include <utility>

namespace tidewire::local {
namespace {

using std::chrono::system_clock;

constexpr std::chrono::milliseconds tick_every{100};
constexpr std::chrono::seconds sync_every{1};
/// 10 MiB of records are 13.4 MiB in base64; SQS and EventBridge take far less.
constexpr std::size_t body_bytes_max = 32UL * 1024 * 1024;

bool is_health_check(const http::request& message) {
  return message.method == "GET" && (message.target == "/" || message.target == "/_tidewire/health");
}

http::response healthy() {
  return {.status = 200,
          .headers = {{"Content-Type", "application/json"}},
          .body = R"({"status":"UP","services":["kinesis","events","sqs"]})"};
}

api_error internal_failure() {
  return {.code = "InternalFailure", .message = "The request processing has failed because of an unknown error.", .status = 500};
}

}  // namespace

struct local_aws::state : std::enable_shared_from_this<state> {
  state(asio::io_context& io, options how)
      : how(std::move(how)),
        verifier(this->how.secret),
        kinesis({.who = this->how.who, .bytes_max = this->how.record_bytes_max, .warn = this->how.warn}),
        ticking(io) {
    if (this->how.faults.any()) faults.emplace(this->how.faults, this->how.seed);
    if (!this->how.data.empty()) open_data();
  }

  void open_data() {
    std::error_code error;
    std::filesystem::create_directories(how.data, error);
    if (error) throw startup_error("cannot make the folder " + how.data.string() + ": " + error.message());
    const auto replay = [this](char kind, std::string_view payload) { kinesis.replay(kind, payload); };
    kinesis_journal = std::make_unique<journal>(how.data / "kinesis.journal", replay);
    kinesis.keep_in(*kinesis_journal);
  }

  std::string base_url(const http::request& message) const {
    const auto host = http::find_header(message.headers, "Host");
    return "http://" + (host.empty() ? how.address + ":" + std::to_string(server->port()) : std::string(host));
  }

  /// Everything written so far is in the kernel's hands before the sender hears of it.
  void keep() {
    if (kinesis_journal) kinesis_journal->flush();
  }

  reply perform(service& to, operation_call call) {
    reply out = to.handle(call);
    keep();
    return out;
  }

  asio::awaitable<http::response> kinesis_response(const http::request& message, const wire_call& call, const std::string& id) {
    const auto format = call.spoken == protocol::kinesis_cbor ? body_format::cbor : body_format::json;
    fault_source* const injected = faults ? &*faults : nullptr;
    if (kinesis_service::speaks_body(call.operation)) {
      auto done = kinesis.handle_body({.operation = call.operation,
                                       .format = format,
                                       .body = message.body,
                                       .now = system_clock::now(),
                                       .faults = injected,
                                       .quotas = how.quotas});
      keep();
      if (done.has_error()) co_return answer_with(call.spoken, done.error(), id, false);
      co_return answer_with(call.spoken, std::move(done->bytes), id);
    }
    auto input = parse_input(format, message.body);
    if (input.has_error()) co_return answer_with(call.spoken, input.error(), id, false);
    const reply done = perform(kinesis, {.operation = call.operation,
                                         .input = std::move(*input),
                                         .now = system_clock::now(),
                                         .base_url = base_url(message),
                                         .faults = injected,
                                         .quotas = how.quotas});
    if (done.has_error()) co_return answer_with(call.spoken, done.error(), id, false);
    co_return answer_with(call, *done, id);
  }

  asio::awaitable<http::response> respond(const http::request& message, const wire_call& call, const std::string& id) {
    switch (call.spoken) {
      case protocol::kinesis_json:
      case protocol::kinesis_cbor: co_return co_await kinesis_response(message, call, id);
      default: break;
    }
    co_return answer_with(call.spoken, unknown_operation(call.operation), id, false);
  }

  asio::awaitable<http::answer> handle(http::request message) {
    if (is_health_check(message)) co_return http::answer{healthy()};
    const std::string id = ids.uuid();
    const auto call = classify(message);
    const bool query_mode = http::find_header(message.headers, "x-amzn-query-mode") == "true";
    const auto refused = verifier.verify(message, call ? signing_name(call->spoken) : "", system_clock::now());
    if (refused) co_return http::answer{call ? answer_with(call->spoken, *refused, id, query_mode) : answer_unknown(*refused, id)};
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
    if (fault == request_fault::throttle) co_return http::answer{answer_with(call->spoken, throttled(call->spoken), id, query_mode)};
    if (fault == request_fault::error_before) co_return http::answer{answer_with(call->spoken, internal_failure(), id, query_mode)};
    http::response done = co_await respond(message, *call, id);
    if (fault == request_fault::reset_after) co_return http::answer{{}, http::ending::reset};
    if (fault == request_fault::error_after) co_return http::answer{answer_with(call->spoken, internal_failure(), id, query_mode)};
    co_return http::answer{std::move(done)};
  }

  asio::awaitable<void> keep_time() {
    auto synced = std::chrono::steady_clock::now();
    while (!stopping) {
      ticking.expires_after(tick_every);
      co_await ticking.async_wait(as_result);
      kinesis.tick(system_clock::now());
      keep();
      if (kinesis_journal && std::chrono::steady_clock::now() - synced >= sync_every) {
        kinesis_journal->sync();
        synced = std::chrono::steady_clock::now();
      }
    }
  }

  options how;
  id_source ids;
  signature_verifier verifier;
  std::optional<fault_source> faults;
  kinesis_service kinesis;
  std::unique_ptr<journal> kinesis_journal;
  std::unique_ptr<http::server> server;
  asio::steady_timer ticking;
  bool stopping = false;
};

local_aws::local_aws(asio::io_context& io, options how) : state_(std::make_shared<state>(io, std::move(how))) {
  state* const raw = state_.get();   // the server is a part of the state and ends before it
  http::server::handler handler = [raw](http::request message, std::string) {
    return [](std::shared_ptr<state> self, http::request received) -> asio::awaitable<http::answer> {
      co_return co_await self->handle(std::move(received));
    }(raw->shared_from_this(), std::move(message));
  };
  state_->server = std::make_unique<http::server>(
      io, http::server::options{.address = state_->how.address, .port = state_->how.port, .body_bytes_max = body_bytes_max},
      std::move(handler));
}

local_aws::~local_aws() = default;

std::uint16_t local_aws::port() const noexcept { return state_->server->port(); }

asio::awaitable<void> local_aws::run() {
  const auto keep = state_;
  asio::co_spawn(keep->ticking.get_executor(), keep->keep_time(), asio::detached);
  co_await keep->server->run();
}

void local_aws::stop() {
  state_->stopping = true;
  state_->ticking.cancel();
  state_->server->stop();
}

}  // namespace tidewire::local
