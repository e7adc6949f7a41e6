#include "consumer/consumer.hpp"

#include "aws/digest.hpp"
#include "consumer/allowance.hpp"
#include "consumer/envelope.hpp"
#include "consumer/output.hpp"
#include "consumer/seen_events.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <random>
#include <utility>
#include <vector>

namespace tidewire::consumer {
namespace {

using std::chrono::milliseconds;
using telemetry::level;
using clock = std::chrono::steady_clock;

constexpr int batch_max = static_cast<int>(aws::sqs_client::messages_per_batch_max);
constexpr int delete_attempts_max = 8;

/// Full jitter, up to 20 s.
milliseconds backoff(int failures) {
  thread_local std::mt19937_64 random{std::random_device{}()};
  const std::int64_t ceiling =
      std::min<std::int64_t>(20'000, std::int64_t{100} << std::min(failures, 10));
  return milliseconds(std::uniform_int_distribution<std::int64_t>(1, ceiling)(random));
}

asio::awaitable<void> sleep(asio::any_io_executor executor, milliseconds time) {
  asio::steady_timer timer(executor, time);
  co_await timer.async_wait(as_result);
}

/// Receipt handles whose messages are being worked on; emptied when they are dealt with.
struct in_hand {
  explicit in_hand(const asio::any_io_executor& executor) : wake(executor) {}
  std::vector<std::string> handles;
  asio::steady_timer wake;
};

/// A batch's valid messages, ready to be printed.
struct checked_batch {
  std::vector<std::string> ids;
  std::vector<std::string> handles;
  std::vector<std::string> pieces;
  std::vector<bool> repeated;
};

}  // namespace

/// Kept alive by every coroutine of it, since a long poll may outlast run().
struct consumer::state : std::enable_shared_from_this<consumer::state> {
  state(asio::any_io_executor executor_of, consumer_options how, aws::sqs_client sqs_of)
      : executor(std::move(executor_of)),
        options(std::move(how)),
        sqs(std::move(sqs_of)),
        reader({.unwrapped = options.unwrapped, .identities = options.remembered > 0}),
        seen(options.remembered),
        out(options.descriptor),
        allowed(options.messages_max),
        ended(executor) {
    ended.expires_at(clock::time_point::max());
  }

  asio::awaitable<bool> find_queue();
  asio::awaitable<void> receive_for_ever();
  asio::awaitable<void> handle(std::vector<aws::received_message> messages, int claimed);
  checked_batch check(const std::vector<aws::received_message>& messages);
  asio::awaitable<void> extend(std::shared_ptr<in_hand> work);
  asio::awaitable<std::vector<std::string>> remove(checked_batch batch);

  void say(const std::string& kind, level l, const std::string& text);
  void end(ending how);
  void begin_work() { ++busy; }
  void end_work();
  bool is_idle_for_too_long() const;
  std::chrono::seconds poll_time() const;

  asio::any_io_executor executor;
  consumer_options options;
  aws::sqs_client sqs;
  envelope_reader reader;
  seen_events seen;
  output out;
  allowance allowed;
  consumer_counters counters;
  std::string queue_url;
  std::string trouble;  // kind of the failure that was logged last
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
  const auto rethrow = [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  };
  for (std::size_t i = 0; i < self->options.receives_max; ++i)
    asio::co_spawn(
        self->executor,
        [self]() -> asio::awaitable<void> { co_await self->receive_for_ever(); },
        rethrow);
  while (!self->how_it_ended || self->busy > 0) co_await self->ended.async_wait(as_result);
  co_return *self->how_it_ended;
}

void consumer::state::end(ending how) {
  if (!how_it_ended) how_it_ended = how;
  ended.cancel();
}

void consumer::state::end_work() {
  --busy;
  ended.cancel();
}

void consumer::state::say(const std::string& kind, level l, const std::string& text) {
  if (kind == trouble) return;
  trouble = kind;
  telemetry::log_line(l, "consumer", text);
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

/// The queue's URL, where only its name is known; false when it is not to be had now.
asio::awaitable<bool> consumer::state::find_queue() {
  if (queue_url.empty() && options.queue.find("://") != std::string::npos)
    queue_url = options.queue;
  if (!queue_url.empty()) co_return true;
  auto found = co_await sqs.get_queue_url(options.queue);
  if (found) {
    queue_url = *found;
    co_return true;
  }
  say("queue:" + found.error().code,
      level::warning,
      fmt::format("the queue {} is not to be found: {}; trying on",
                  options.queue,
                  describe(found.error())));
  co_return false;
}

asio::awaitable<void> consumer::state::receive_for_ever() {
  const auto self = shared_from_this();
  int failures = 0;
  while (!how_it_ended) {
    const int claimed = allowed.claim(batch_max);
    if (claimed == 0) {
      if (allowed.is_used_up()) end(ending::enough);
      co_await sleep(executor, milliseconds(20));
      continue;
    }
    const bool is_found = co_await find_queue();
    aws::outcome<std::vector<aws::received_message>> batch = std::vector<aws::received_message>{};
    if (is_found) {
      aws::receive_request what{.queue_url = queue_url,
                                .messages_max = claimed,
                                .wait = poll_time(),
                                .visibility = options.visibility};
      batch = co_await sqs.receive_message(std::move(what));
    }
    if (how_it_ended) co_return;  // what came now is hidden for a while and then received again
    if (is_found && batch && !batch->empty()) {
      failures = 0;
      say("", level::info, "receiving again");
      last_message = clock::now();
      begin_work();
      co_await handle(std::move(*batch), claimed);
      last_message = clock::now();
      end_work();
      continue;
    }
    allowed.settle(claimed, 0);
    if (is_idle_for_too_long()) end(ending::idle);
    if (is_found && batch) {
      failures = 0;
      say("", level::info, "receiving again");
      if (options.wait.count() == 0) co_await sleep(executor, milliseconds(50));
      continue;
    }
    if (!batch)
      say("receive:" + batch.error().code,
          level::warning,
          fmt::format("cannot receive from {}: {}; trying on", queue_url, describe(batch.error())));
    co_await sleep(executor, backoff(failures++));
  }
}

asio::awaitable<void> consumer::state::handle(std::vector<aws::received_message> messages,
                                              int claimed) {
  auto batch = check(messages);
  const auto work = std::make_shared<in_hand>(executor);
  work->handles = batch.handles;
  asio::co_spawn(
      executor,
      [self = shared_from_this(), work]() -> asio::awaitable<void> { co_await self->extend(work); },
      [](std::exception_ptr error) {
        if (error) std::rethrow_exception(error);
      });

  auto pieces = std::move(batch.pieces);
  const std::size_t asked = pieces.size();
  const std::size_t printed = co_await out.write(std::move(pieces));
  const auto repeated = static_cast<std::uint64_t>(std::count(
      batch.repeated.begin(), batch.repeated.begin() + static_cast<std::ptrdiff_t>(printed), true));
  counters.repeated += repeated;
  counters.printed += printed - repeated;
  batch.ids.resize(printed);
  batch.handles.resize(printed);
  if (printed > 0) {
    const auto deleted = co_await remove(std::move(batch));
    std::vector<std::string> lines;
    for (const auto& id : deleted) lines.push_back(print_deleted(options.form, id, options.now()));
    if (options.form == output_form::text) co_await out.write(std::move(lines));
  }
  work->handles.clear();
  work->wake.cancel();
  allowed.settle(
      claimed, static_cast<int>(std::min<std::size_t>(printed, static_cast<std::size_t>(claimed))));
  if (out.error() != 0) {
    telemetry::log(level::error,
                   "consumer",
                   "cannot print: {}; {} messages were neither printed nor deleted",
                   std::strerror(out.error()),
                   asked - printed);
    end(ending::output_failed);
  }
}

checked_batch consumer::state::check(const std::vector<aws::received_message>& messages) {
  checked_batch batch;
  for (const auto& message : messages) {
    ++counters.received;
    const auto md5 = aws::md5_hex(message.body);
    auto event = reader.read(message.body);
    if (!message.md5_of_body.empty() && !md5.empty() && md5 != message.md5_of_body)
      event = rejection{"the body does not fit its MD5"};
    if (!event) {
      ++counters.invalid;
      const auto times = message.attributes.find("ApproximateReceiveCount");
      telemetry::log(level::warning,
                     "consumer",
                     "message {} is not valid: {}; it is left in the queue (received {} times)",
                     message.message_id,
                     event.error().reason,
                     times == message.attributes.end() ? "some" : times->second);
      continue;
    }
    batch.ids.push_back(message.message_id);
    batch.handles.push_back(message.receipt_handle);
    // A repeat is an empty piece, so that it is deleted only when the first one has been printed.
    batch.repeated.push_back(seen.add(event->identity));
    batch.pieces.push_back(
        batch.repeated.back()
            ? std::string()
            : print_event(options.form, *event, message.message_id, options.now()));
  }
  return batch;
}

/// Keeps the messages hidden from others until they are dealt with.
asio::awaitable<void> consumer::state::extend(std::shared_ptr<in_hand> work) {
  while (!work->handles.empty()) {
    work->wake.expires_after(milliseconds(options.visibility) / 2);
    co_await work->wake.async_wait(as_result);
    const auto handles = work->handles;
    for (const auto& handle : handles) {
      if (work->handles.empty()) break;
      const auto changed =
          co_await sqs.change_message_visibility(queue_url, handle, options.visibility);
      if (!changed && !work->handles.empty())
        say("visibility:" + changed.error().code,
            level::warning,
            fmt::format("a message's visibility cannot be extended: {}; it may be received twice",
                        describe(changed.error())));
    }
  }
}

/// The ids of those that were deleted. What fails for a moment is tried again; what stays comes
/// once more.
asio::awaitable<std::vector<std::string>> consumer::state::remove(checked_batch batch) {
  std::vector<std::string> deleted;
  for (int attempt = 0; !batch.handles.empty(); ++attempt) {
    auto answer = co_await sqs.delete_message_batch(queue_url, batch.handles);
    checked_batch left;
    aws::failure why;
    if (!answer) why = answer.error();
    for (std::size_t i = 0; i < batch.handles.size(); ++i) {
      bool is_deleted = static_cast<bool>(answer);
      if (answer)
        for (const auto& [index, failure] : *answer)
          if (index == i) {
            is_deleted = false;
            why = failure;
          }
      if (is_deleted) {
        deleted.push_back(batch.ids[i]);
      } else {
        left.ids.push_back(batch.ids[i]);
        left.handles.push_back(batch.handles[i]);
      }
    }
    batch = std::move(left);
    if (batch.handles.empty()) break;
    if (attempt + 1 == delete_attempts_max || why.what == aws::remedy::none) {
      telemetry::log(level::warning,
                     "consumer",
                     "{} messages were printed but cannot be deleted: {}; they come again",
                     batch.handles.size(),
                     describe(why));
      break;
    }
    co_await sleep(executor, backoff(attempt));
  }
  counters.deleted += deleted.size();
  co_return deleted;
}

}  // namespace tidewire::consumer
