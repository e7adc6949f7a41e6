#include "aws/client.hpp"

#include "aws/backoff.hpp"
#include "aws/digest.hpp"
#include "aws/error_answer.hpp"
#include "aws/sigv4.hpp"
#include "aws/spare_bodies.hpp"
#include "http/body_digests.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/steady_timer.hpp>

#include <random>
#include <utility>

namespace tidewire::aws {

namespace {

/// A difference of clocks below this is not why a signature was refused: services accept five
/// minutes.
constexpr std::chrono::minutes skew_min{4};

bool is_about_signature(const failure& f) noexcept {
  return f.what == remedy::correct_clock || f.code == "InvalidSignatureException" ||
         f.code == "SignatureDoesNotMatch" || f.code == "AuthFailure";
}

/// One call more, taken back on every way out, also when the coroutine is destroyed as it waits.
class counted_call {
 public:
  explicit counted_call(std::size_t& count) : count_(count) { ++count_; }
  ~counted_call() { --count_; }
  counted_call(const counted_call&) = delete;
  counted_call& operator=(const counted_call&) = delete;

 private:
  std::size_t& count_;
};

}  // namespace

struct client::state {
  state(asio::any_io_executor e, client_options h, std::shared_ptr<credentials_provider> w)
      : executor(e),
        how(std::move(h)),
        who(std::move(w)),
        connections(std::move(e), how.endpoint, how.connections),
        digests(executor, sha256),
        sign(how.region, how.service),
        host(how.endpoint.authority()),
        random(std::random_device{}()) {}

  asio::any_io_executor executor;
  client_options how;
  std::shared_ptr<credentials_provider> who;
  http::pool connections;
  http::body_digests digests;
  signer sign;
  std::string host;
  spare_bodies bodies;
  std::size_t under_way = 0;  // requests that were sent and not answered
  std::minstd_rand random;
  std::chrono::system_clock::duration clock_offset{
      0};  // what must be added to our clock to have the service's

  call<http::response> attempt(http::request& message, std::chrono::milliseconds deadline);
  /// With nothing under way, what waits is all that goes on.
  std::chrono::microseconds patience() const noexcept {
    return under_way > 0 ? how.company_us_max : std::chrono::microseconds{};
  }
  bool correct_clock(const http::response& answer, failure& f);
  double next_random() { return std::uniform_real_distribution<double>()(random); }
};

/// The services answer with their time. True: our clock was off by enough to explain the refusal,
/// and is corrected now.
bool client::state::correct_clock(const http::response& answer, failure& f) {
  if (!is_about_signature(f)) return false;
  const auto theirs = parse_http_date(http::find_header(answer.headers, "date"));
  if (!theirs) return false;
  const auto offset = *theirs - how.now();
  if (std::chrono::abs(offset - clock_offset) < skew_min) return false;
  clock_offset = offset;
  f.what = remedy::correct_clock;
  telemetry::log(telemetry::level::warning,
                 "aws",
                 "{}: this machine's clock differs from the service's by {} s; requests are signed "
                 "with the service's time from now on",
                 how.service,
                 std::chrono::duration_cast<std::chrono::seconds>(offset).count());
  return true;
}

/// One exchange, repeated at once, and once only, where newer credentials or a corrected clock may
/// heal it.
call<http::response> client::state::attempt(http::request& message,
                                            std::chrono::milliseconds deadline) {
  bool refreshed = false;
  bool corrected = false;
  const std::size_t own_headers = message.headers.size();
  auto hashing = digests.of(message.body, patience());
  const signing_options how_to_sign{.body_digest = co_await std::move(hashing)};
  for (;;) {
    auto asking = who->get();
    const auto keys = co_await std::move(asking);
    if (!keys) co_return keys.error();
    message.headers.resize(own_headers);
    sign.sign(message,
              host,
              {keys->access_key_id, keys->secret_access_key, keys->session_token},
              how.now() + clock_offset,
              how_to_sign);
    const counted_call mine(under_way);
    auto sending = connections.send(message, deadline);
    auto answered = co_await std::move(sending);
    message.headers.resize(own_headers);
    if (!answered) co_return transport_failure(answered.error(), host);
    if (answered->status / 100 == 2) co_return std::move(*answered);
    failure f = read_failure(*answered);
    const bool skewed = correct_clock(*answered, f);
    if (skewed && !corrected) {
      corrected = true;
      continue;
    }
    if (f.what == remedy::refresh_credentials) {
      who->invalidate();
      if (!refreshed) {
        refreshed = true;
        continue;
      }
    }
    co_return f;
  }
}

client::client(asio::any_io_executor executor,
               client_options how,
               std::shared_ptr<credentials_provider> who)
    : state_(std::make_shared<state>(std::move(executor), std::move(how), std::move(who))) {}
client::~client() = default;
client::client(client&&) noexcept = default;
client& client::operator=(client&&) noexcept = default;

const client_options& client::options() const noexcept {
  return state_->how;
}

client client::elsewhere(http::origin endpoint, std::string region) const {
  client_options how = state_->how;
  how.endpoint = std::move(endpoint);
  how.region = std::move(region);
  return {state_->executor, std::move(how), state_->who};
}

std::string client::new_body(std::size_t bytes) {
  return state_->bodies.take(bytes);
}

call<http::response> client::send(http::request unsigned_request,
                                  int attempts,
                                  std::chrono::milliseconds call_ms) {
  const std::shared_ptr<state> kept = state_;
  state& s = *kept;
  if (attempts == 0) attempts = s.how.attempts_max;
  if (call_ms == std::chrono::milliseconds{}) call_ms = s.how.call_ms_max;
  if (unsigned_request.target == "/") unsigned_request.target = s.how.endpoint_path;
  for (int tried = 0;; ++tried) {
    auto trying = s.attempt(unsigned_request, call_ms);
    auto answered = co_await std::move(trying);
    const bool is_last = answered || answered.error().what == remedy::none || tried + 1 >= attempts;
    if (is_last) {
      s.bodies.give(std::move(unsigned_request.body));
      co_return std::move(answered);
    }
    const failure& f = answered.error();
    asio::steady_timer pause(s.executor, retry_delay(f, tried, s.next_random()));
    co_await pause.async_wait(as_result);
  }
}

}  // namespace tidewire::aws
