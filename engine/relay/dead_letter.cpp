#include "relay/dead_letter.hpp"

#include "base/base64.hpp"
#include "base/byte_buffer.hpp"
#include "base/clock.hpp"
#include "base/durable_file.hpp"
#include "base/json_text.hpp"

#include <boost/asio/steady_timer.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <random>
#include <string_view>
#include <utility>

namespace tidewire::relay {
namespace {

using std::chrono::milliseconds;
using telemetry::level;

/// The message's own fault, as opposed to the queue's. Source: SQS API reference, SendMessageBatch.
bool is_refused_for_content(const aws::failure& f) {
  constexpr std::array<std::string_view, 4> codes{
      "InvalidMessageContents", "InvalidParameterValue", "BatchRequestTooLong", "MessageTooLong"};
  return f.what == aws::remedy::none &&
         std::find(codes.begin(), codes.end(), f.code) != codes.end();
}

void append_text(byte_buffer& out, std::string_view name, std::string_view text) {
  out.append(",\"");
  out.append(name);
  out.append("\":");
  append_json_string(out, text);
}

}  // namespace

std::string write_dead_letter(const dead_letter& letter,
                              std::int64_t time_ms,
                              const std::string& kept_in) {
  byte_buffer out;
  out.append("{\"reason\":");
  append_json_string(out, letter.reason);
  append_text(out, "stream", letter.stream);
  append_text(out, "shard", letter.shard);
  append_text(out, "sequenceNumber", letter.sequence_number);
  if (letter.sub_sequence_number) {
    out.append(",\"subSequenceNumber\":");
    append_number(out, *letter.sub_sequence_number);
  }
  append_text(out, "partitionKey", letter.partition_key);
  out.append(",\"time\":");
  append_number(out, time_ms);
  if (!kept_in.empty()) {
    append_text(out, "dataFile", kept_in);
    out.push_back('}');
    return std::string(out.view());
  }
  // The data may be large: they are not held twice for this.
  constexpr std::string_view opening = ",\"data\":\"", closing = "\"}";
  std::string whole;
  whole.reserve(out.size() + opening.size() + base64_size(letter.data.size()) + closing.size());
  whole.append(out.view()).append(opening);
  append_base64(whole, letter.data);
  whole.append(closing);
  return whole;
}

dead_letters::dead_letters(asio::any_io_executor executor,
                           aws::sqs_client& sqs,
                           worker& disk,
                           options how)
    : executor_(std::move(executor)),
      sqs_(sqs),
      disk_(disk),
      options_(std::move(how)),
      state_(options_.room) {}

void dead_letters::stop() {
  stopping_ = true;
}

asio::awaitable<bool> dead_letters::put(dead_letter letter) {
  const auto time = unix_ms(options_.now());
  if (options_.room == "relay")
    telemetry::log(level::error,
                   "relay",
                   "stream {} shard {}: record {} can never reach the bus: {}; it goes to {}",
                   letter.stream,
                   letter.shard,
                   letter.sequence_number,
                   letter.reason,
                   options_.queue.empty() ? options_.file : options_.queue);
  auto whole = write_dead_letter(letter, time);
  letter.data.clear();
  letter.data.shrink_to_fit();  // the letter has them
  if (options_.queue.empty()) co_return co_await keep(std::move(whole));
  if (whole.size() <= aws::sqs_client::batch_bytes_max) {
    const auto end = co_await send(letter, whole);
    if (end != sending::refused) co_return end == sending::done;
  }
  if (!co_await keep(std::move(whole))) co_return false;
  auto brief = write_dead_letter(letter, time, options_.file);
  co_return co_await send(letter, std::move(brief)) != sending::stopped;
}

asio::awaitable<dead_letters::sending> dead_letters::send(const dead_letter& letter,
                                                          std::string body) {
  backoff wait({.first = milliseconds(200), .ceiling_max = milliseconds(20'000)},
               std::random_device{}());
  const std::string group =
      letter.shard.empty() ? letter.stream : letter.stream + "@" + letter.shard;
  const std::string identity =
      fmt::format("{}-{}", letter.sequence_number, letter.sub_sequence_number.value_or(0));
  for (;;) {
    aws::failure why;
    if (queue_url_.empty() && options_.queue.find("://") != std::string::npos)
      queue_url_ = options_.queue;
    if (queue_url_.empty()) {
      auto found = co_await sqs_.get_queue_url(options_.queue);
      if (found)
        queue_url_ = *found;
      else
        why = found.error();
    }
    if (!queue_url_.empty()) {
      aws::outgoing_message message{
          .body = body, .group_id = {}, .deduplication_id = {}, .attributes = {}};
      if (queue_url_.ends_with(".fifo")) {
        message.group_id = std::string_view(group).substr(0, 128);
        message.deduplication_id = std::string_view(identity).substr(0, 128);
      }
      auto answer = co_await sqs_.send_message_batch(queue_url_, std::span(&message, 1));
      if (answer && !answer->empty() && !answer->front().error) {
        state_.fine([this] {
          return fmt::format("the dead-letter queue {} takes messages again", options_.queue);
        });
        co_return sending::done;
      }
      if (answer && answer->empty())
        why.message = "it answered nothing";
      else
        why = answer ? *answer->front().error : answer.error();
      if (is_refused_for_content(why)) co_return sending::refused;
    }
    state_.failed("queue",
                  level::warning,
                  fmt::format("the dead-letter queue {} does not take messages: {}; trying on",
                              options_.queue,
                              describe(why)));
    if (!co_await pause(wait.failed())) co_return sending::stopped;
  }
}

asio::awaitable<bool> dead_letters::keep(std::string line) {
  const auto kept = std::make_shared<const std::string>(std::move(line));
  for (;;) {
    std::function<int()> work = [file = options_.file, kept] { return append_line(file, *kept); };
    const int error = co_await disk_.run(std::move(work));
    if (error == 0) co_return true;
    state_.failed(
        "file",
        level::error,
        fmt::format(
            "cannot write dead letters to {}: {}; trying on", options_.file, std::strerror(error)));
    if (!co_await pause(milliseconds(1000))) co_return false;
  }
}

asio::awaitable<bool> dead_letters::pause(milliseconds time) {
  // In slices, so that stopping does not wait for the longest of them.
  constexpr milliseconds slice{100};
  asio::steady_timer timer(executor_);
  for (; !stopping_ && time > milliseconds(0); time -= slice) {
    timer.expires_after(std::min(time, slice));
    co_await timer.async_wait(as_result);
  }
  co_return !stopping_;
}

}  // namespace tidewire::relay
