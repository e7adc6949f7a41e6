#include "consumer/consumer.hpp"

#include "consumer/consumer_inside.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace tidewire::consumer {
namespace {

using std::chrono::milliseconds;
using telemetry::level;
using clock = std::chrono::steady_clock;

constexpr int batch_max = static_cast<int>(aws::sqs_client::messages_per_batch_max);

std::vector<std::string> handles_of(const std::vector<aws::received_message>& messages) {
  std::vector<std::string> handles;
  for (const auto& message : messages) handles.push_back(message.receipt_handle);
  return handles;
}

}  // namespace

consumer::consumer(asio::any_io_executor executor, consumer_options how, aws::sqs_client sqs)
    : state_(std::make_shared<state>(std::move(executor), std::move(how), std::move(sqs))) {}
consumer::~consumer() = default;

void consumer::stop() {
  state_->end(ending::stopped);
}
const consumer_counters& consumer::counters() const noexcept {
  return state_->counters;
}

asio::awaitable<ending> consumer::run() {
  const auto self = state_;
  self->last_message = clock::now();
  self->spawn(&state::keep_hidden);
  for (std::size_t i = 0; i < self->options.receives_max; ++i)
    self->spawn(&state::receive_for_ever);
  if (self->groups) self->spawn(&state::give_up_for_ever);
  while (!self->how_it_ended || self->busy > 0) co_await self->ended.async_wait(as_result);
  if (self->groups) co_await self->give_back();
  self->source.close();
  co_return *self->how_it_ended;
}

void consumer::state::spawn(asio::awaitable<void> (consumer::state::*part)()) {
  asio::co_spawn(
      executor,
      [self = shared_from_this(), part]() -> asio::awaitable<void> { co_await (*self.*part)(); },
      [](std::exception_ptr error) {
        if (error) std::rethrow_exception(error);
      });
}

void consumer::state::end(ending how) {
  if (!how_it_ended) how_it_ended = how;
  ended.cancel();
  expiry.cancel();
}

void consumer::state::end_work() {
  --busy;
  ended.cancel();
}

bool consumer::state::is_idle_for_too_long() const {
  return options.idle_exit && busy == 0 && clock::now() - last_message >= *options.idle_exit;
}

/// As long as asked for, but not past the moment at which it would have been idle for too long.
std::chrono::seconds consumer::state::poll_time() const {
  if (!options.idle_exit) return options.wait;
  const auto left =
      std::chrono::ceil<std::chrono::seconds>(*options.idle_exit - (clock::now() - last_message));
  return std::clamp(left, std::min(options.wait, std::chrono::seconds(1)), options.wait);
}

/// What is held goes back to the queue.
asio::awaitable<void> consumer::state::give_back() {
  auto handles = groups->give_back();
  if (handles.empty()) co_return;
  telemetry::log(level::info,
                 "consumer",
                 "{} messages of incomplete transactions go back to the queue",
                 handles.size());
  counters.given_back += co_await source.give_back(std::move(handles));
  // Receives that still wait may get them, and give them back in turn.
  constexpr std::chrono::seconds patience{1};
  const auto latest = clock::now() + patience;
  while (polling > 0 && clock::now() < latest) co_await sleep(executor, milliseconds(10));
}

asio::awaitable<void> consumer::state::receive_for_ever() {
  int failures = 0;
  while (!how_it_ended) {
    const int claimed = allowed.claim(batch_max);
    if (claimed == 0) {
      if (allowed.is_used_up()) end(ending::enough);
      co_await sleep(executor, milliseconds(20));
      continue;
    }
    ++polling;
    auto batch = co_await source.receive(claimed, poll_time());
    if (how_it_ended) {  // what came now is hidden for a while and then received again
      if (groups && batch) {
        auto handles = handles_of(*batch);
        co_await source.give_back(std::move(handles));
      }
      --polling;
      co_return;
    }
    --polling;
    failures = batch ? 0 : failures + 1;
    if (batch && !batch->empty()) {
      last_message = clock::now();
      begin_work();
      co_await handle(std::move(*batch), claimed);
      last_message = clock::now();
      end_work();
      continue;
    }
    allowed.settle(claimed, 0);
    if (is_idle_for_too_long()) end(ending::idle);
    if (!batch)
      co_await sleep(executor, backoff(failures - 1));
    else if (options.wait.count() == 0)
      co_await sleep(executor, milliseconds(50));
  }
}

}  // namespace tidewire::consumer
