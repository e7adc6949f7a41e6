#include "consumer/consumer.hpp"

#include "aws/digest.hpp"
#include "consumer/allowance.hpp"
#include "consumer/envelope.hpp"
#include "consumer/output.hpp"
#include "consumer/piece.hpp"
#include "consumer/queue.hpp"
#include "consumer/seen_events.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cstring>
#include <exception>
#include <utility>
#include <vector>

namespace tidewire::consumer {
namespace {

using std::chrono::milliseconds;
using telemetry::level;
using clock = std::chrono::steady_clock;

constexpr int batch_max = static_cast<int>(aws::sqs_client::messages_per_batch_max);

}  // namespace

/// Kept alive by every coroutine of it, since a long poll may outlast run().
struct consumer::state : std::enable_shared_from_this<consumer::state> {
  state(asio::any_io_executor executor_of, consumer_options how, aws::sqs_client sqs)
      : executor(std::move(executor_of)),
        options(std::move(how)),
        source(executor, options.queue, options.visibility, std::move(sqs)),
        reader({.unwrapped = options.unwrapped, .identities = options.remembered > 0}),
        seen(options.remembered),
        out(options.descriptor),
        allowed(options.messages_max),
        ended(executor) {
    ended.expires_at(clock::time_point::max());
  }

  void spawn(asio::awaitable<void> (consumer::state::*part)());
  asio::awaitable<void> keep_hidden() { co_await source.keep_hidden(); }
  asio::awaitable<void> receive_for_ever();
  asio::awaitable<void> handle(std::vector<aws::received_message> messages, int claimed);
  std::optional<received_event> check(const aws::received_message& message);
  piece make_piece(const aws::received_message& message, const received_event& event);
  asio::awaitable<std::size_t> print_and_delete(std::vector<piece> pieces);
  void count(const std::vector<piece>& pieces, std::size_t printed);

  void end(ending how);
  void begin_work() { ++busy; }
  void end_work();
  bool is_idle_for_too_long() const;
  std::chrono::seconds poll_time() const;

  asio::any_io_executor executor;
  consumer_options options;
  queue source;
  envelope_reader reader;
  seen_events seen;
  output out;
  allowance allowed;
  consumer_counters counters;
  clock::time_point last_message = clock::now();
  std::size_t busy = 0;  // batches in hand
  std::optional<ending> how_it_ended;
  asio::steady_timer ended;
};

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
  while (!self->how_it_ended || self->busy > 0) co_await self->ended.async_wait(as_result);
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

asio::awaitable<void> consumer::state::receive_for_ever() {
  int failures = 0;
  while (!how_it_ended) {
    const int claimed = allowed.claim(batch_max);
    if (claimed == 0) {
      if (allowed.is_used_up()) end(ending::enough);
      co_await sleep(executor, milliseconds(20));
      continue;
    }
    auto batch = co_await source.receive(claimed, poll_time());
    if (how_it_ended) co_return;  // what came now is hidden for a while and then received again
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

asio::awaitable<void> consumer::state::handle(std::vector<aws::received_message> messages,
                                              int claimed) {
  std::vector<piece> pieces;
  for (const auto& message : messages) {
    const auto event = check(message);
    if (!event) continue;
    source.keep(message.receipt_handle);
    pieces.push_back(make_piece(message, *event));
  }
  const std::size_t printed = co_await print_and_delete(std::move(pieces));
  allowed.settle(
      claimed, static_cast<int>(std::min<std::size_t>(printed, static_cast<std::size_t>(claimed))));
}

/// Nothing where the message is not valid.
std::optional<received_event> consumer::state::check(const aws::received_message& message) {
  ++counters.received;
  const auto md5 = aws::md5_hex(message.body);
  auto event = reader.read(message.body);
  if (!message.md5_of_body.empty() && !md5.empty() && md5 != message.md5_of_body)
    event = rejection{"the body does not fit its MD5"};
  if (event) return std::move(*event);
  ++counters.invalid;
  const auto times = message.attributes.find("ApproximateReceiveCount");
  telemetry::log(level::warning,
                 "consumer",
                 "message {} is not valid: {}; it is left in the queue (received {} times)",
                 message.message_id,
                 event.error().reason,
                 times == message.attributes.end() ? "some" : times->second);
  return std::nullopt;
}

/// A repeat is an empty piece, so that it is deleted only when the first one has been printed.
piece consumer::state::make_piece(const aws::received_message& message,
                                  const received_event& event) {
  piece one;
  one.receipts.push_back({message.message_id, message.receipt_handle});
  if (seen.add(event.identity)) return one;
  one.text = print_event(options.form, event, message.message_id, options.now());
  one.events = 1;
  return one;
}

/// \return how many pieces went out, and were deleted or are to come again.
asio::awaitable<std::size_t> consumer::state::print_and_delete(std::vector<piece> pieces) {
  std::vector<std::string> texts;
  for (auto& one : pieces) texts.push_back(std::move(one.text));
  const std::size_t printed = co_await out.write(std::move(texts));
  count(pieces, printed);
  std::vector<receipt> done;
  for (std::size_t i = 0; i < printed; ++i)
    done.insert(done.end(), pieces[i].receipts.begin(), pieces[i].receipts.end());
  if (!done.empty()) {
    const auto deleted = co_await source.remove(std::move(done));
    counters.deleted += deleted.size();
    std::vector<std::string> lines;
    for (const auto& id : deleted) lines.push_back(print_deleted(options.form, id, options.now()));
    if (options.form == output_form::text) co_await out.write(std::move(lines));
  }
  std::size_t left = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    for (const auto& message : pieces[i].receipts) source.let_go(message.handle);
    if (i >= printed) left += pieces[i].receipts.size();
  }
  if (out.error() != 0) {
    telemetry::log(level::error,
                   "consumer",
                   "cannot print: {}; {} messages were neither printed nor deleted",
                   std::strerror(out.error()),
                   left);
    end(ending::output_failed);
  }
  co_return printed;
}

void consumer::state::count(const std::vector<piece>& pieces, std::size_t printed) {
  for (std::size_t i = 0; i < printed; ++i) {
    counters.printed += pieces[i].events;
    counters.repeated += pieces[i].receipts.size() - pieces[i].events;
  }
}

}  // namespace tidewire::consumer
