#include "consumer/queue.hpp"

#include "consumer/ask_in_parts.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <utility>

namespace tidewire::consumer {

using std::chrono::milliseconds;
using telemetry::level;
using clock = std::chrono::steady_clock;

namespace {

constexpr int delete_attempts_max = 8;
constexpr int give_back_attempts_max = 4;  // somebody waits for the end
// So many are hidden anew before the next look at what is due: what is let go meanwhile is not
// asked for in vain.
constexpr std::size_t hidden_at_once_max = 40 * aws::sqs_client::messages_per_batch_max;

/// Another one each time, also among all consumers of a queue: who asks under the id of another's
/// call gets the messages of that.
std::string attempt_id() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

std::ptrdiff_t offset(std::size_t index) {
  return static_cast<std::ptrdiff_t>(index);
}

}  // namespace

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

queue::queue(asio::any_io_executor executor,
             std::string name_or_url,
             std::chrono::seconds visibility,
             aws::sqs_client sqs)
    : executor_(std::move(executor)),
      name_(std::move(name_or_url)),
      visibility_(visibility),
      sqs_(std::move(sqs)),
      hidden_(visibility),
      due_(executor_),
      hiding_ended_(executor_, clock::time_point::max()) {
  if (name_.find("://") != std::string::npos) url_ = name_;
}

void queue::say(const std::string& kind, level l, const std::string& text) {
  if (kind == trouble_) return;
  trouble_ = kind;
  telemetry::log_line(l, "consumer", text);
}

asio::awaitable<bool> queue::find() {
  if (!url_.empty()) co_return true;
  auto found = co_await sqs_.get_queue_url(name_);
  if (found) {
    url_ = *found;
    co_return true;
  }
  say("queue:" + found.error().code,
      level::warning,
      fmt::format(
          "the queue {} is not to be found: {}; trying on", name_, describe(found.error())));
  co_return false;
}

asio::awaitable<std::optional<std::vector<aws::received_message>>> queue::receive(
    int messages_max, std::chrono::seconds wait) {
  const bool is_found = co_await find();
  if (!is_found) co_return std::nullopt;
  aws::receive_request what{
      .queue_url = url_, .messages_max = messages_max, .wait = wait, .visibility = visibility_};
  if (url_.ends_with(".fifo")) what.attempt_id = attempt_id();
  auto batch = co_await sqs_.receive_message(std::move(what));
  if (!batch) {
    say("receive:" + batch.error().code,
        level::warning,
        fmt::format("cannot receive from {}: {}; trying on", url_, describe(batch.error())));
    co_return std::nullopt;
  }
  say("", level::info, "receiving again");
  co_return std::move(*batch);
}

void queue::keep(const std::string& handle) {
  hidden_.add(handle, clock::now());
  if (*hidden_.next() < due_.expiry()) due_.cancel();
}

asio::awaitable<void> queue::keep_hidden() {
  while (is_open_) {
    due_.expires_at(hidden_.next().value_or(clock::time_point::max()));
    co_await due_.async_wait(as_result);
    const auto now = clock::now();
    const auto due = hidden_.take_due(now, hidden_at_once_max);
    if (due.empty()) continue;
    std::vector<aws::visibility_change> changes;
    for (const auto& one : due) changes.push_back({one.handle, one.time});
    is_hiding_ = true;
    const auto failures = co_await change(std::move(changes));
    is_hiding_ = false;
    hiding_ended_.cancel();
    std::vector<const aws::failure*> failed(due.size());
    for (const auto& [index, why] : failures) failed[index] = &why;
    for (std::size_t i = 0; i < due.size(); ++i) {
      if (failed[i] == nullptr)
        hidden_.hidden(due[i], now);
      else if (hidden_.holds(due[i].handle))  // and was not deleted meanwhile
        cannot_hide(due[i].handle, *failed[i]);
    }
  }
}

asio::awaitable<aws::entry_failures> queue::change(std::vector<aws::visibility_change> changes) {
  ask_part ask = [&](std::size_t begin, std::size_t end) {
    return sqs_.change_message_visibility_batch(
        url_, std::vector(changes.begin() + offset(begin), changes.begin() + offset(end)));
  };
  auto asking = ask_in_parts(executor_, changes.size(), std::move(ask));
  co_return co_await std::move(asking);
}

void queue::cannot_hide(const std::string& handle, const aws::failure& why) {
  say("visibility:" + why.code,
      level::warning,
      fmt::format("a message's visibility cannot be extended: {}; it may be received twice",
                  describe(why)));
  if (why.what == aws::remedy::none) hidden_.remove(handle);
}

asio::awaitable<std::size_t> queue::give_back(std::vector<std::string> handles) {
  std::vector<aws::visibility_change> changes;
  for (auto& handle : handles) {
    hidden_.remove(handle);
    changes.push_back({std::move(handle), std::chrono::seconds(0)});
  }
  // A request that hides some of them must not overtake this one.
  while (is_hiding_) co_await hiding_ended_.async_wait(as_result);
  std::size_t given = 0;
  for (int attempt = 0; !changes.empty(); ++attempt) {
    const auto failures = co_await change(changes);
    given += changes.size() - failures.size();
    std::vector<aws::visibility_change> left;
    for (const auto& [index, why] : failures) left.push_back(std::move(changes[index]));
    changes = std::move(left);
    if (changes.empty()) break;
    const aws::failure& why = failures.back().second;
    if (attempt + 1 == give_back_attempts_max || why.what == aws::remedy::none) {
      telemetry::log(level::warning,
                     "consumer",
                     "{} held messages could not be given back: {}; others get them when their "
                     "time is over",
                     changes.size(),
                     describe(why));
      break;
    }
    co_await sleep(executor_, backoff(attempt));
  }
  co_return given;
}

void queue::close() {
  is_open_ = false;
  due_.cancel();
}

asio::awaitable<std::vector<std::string>> queue::remove(std::vector<receipt> messages) {
  std::vector<std::string> deleted;
  for (int attempt = 0; !messages.empty(); ++attempt) {
    ask_part ask = [&](std::size_t begin, std::size_t end) {
      std::vector<std::string> handles;
      for (std::size_t i = begin; i < end; ++i) handles.push_back(messages[i].handle);
      return sqs_.delete_message_batch(url_, std::move(handles));
    };
    const auto failures = co_await ask_in_parts(executor_, messages.size(), std::move(ask));
    std::vector<bool> failed(messages.size());
    aws::failure why;
    for (const auto& [index, failure] : failures) {
      failed[index] = true;
      why = failure;
    }
    std::vector<receipt> left;
    for (std::size_t i = 0; i < messages.size(); ++i)
      if (failed[i])
        left.push_back(std::move(messages[i]));
      else
        deleted.push_back(std::move(messages[i].message_id));
    messages = std::move(left);
    if (messages.empty()) break;
    if (attempt + 1 == delete_attempts_max || why.what == aws::remedy::none) {
      telemetry::log(level::warning,
                     "consumer",
                     "{} messages were printed but cannot be deleted: {}; they come again",
                     messages.size(),
                     describe(why));
      break;
    }
    co_await sleep(executor_, backoff(attempt));
  }
  co_return deleted;
}

}  // namespace tidewire::consumer
