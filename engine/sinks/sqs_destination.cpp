#include "sinks/sqs_destination.hpp"

#include "base/lsn.hpp"
#include "sinks/legal_key.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

namespace tidewire::sinks {
namespace {

/// Entry errors that speak of the message itself. Source: SQS API, SendMessageBatch and
/// SendMessage.
bool blames_the_message(const aws::failure& why) noexcept {
  constexpr std::array<std::string_view, 4> codes = {
      "InvalidMessageContents", "BatchRequestTooLong", "InvalidParameterValue", "MessageTooLong"};
  for (const auto code : codes)
    if (why.code == code) return true;
  return why.status == 413;  // before it was read
}

/// What every queue takes in one request; a message over it goes alone.
constexpr std::size_t batch_bytes_smallest = 32U * 1024U;

bool is_url(std::string_view queue) noexcept {
  return queue.starts_with("http://") || queue.starts_with("https://");
}

}  // namespace

sqs_destination::sqs_destination(aws::sqs_client client, options how)
    : client_(std::move(client)),
      how_(std::move(how)),
      limits_{.records_max = aws::sqs_client::messages_per_batch_max,
              .bytes_max = aws::sqs_client::batch_bytes_max,
              .record_overhead_bytes = 0,
              .shared_bytes_max = aws::sqs_client::batch_bytes_max} {}

aws::call<std::string> sqs_destination::url_of(const event::stream& s) {
  const std::string& queue = how_.queue.find(s.name);
  if (queue.empty()) {
    co_return aws::failure{
        .code = "NoQueue",
        .message = fmt::format("no queue is configured for stream {}; set tidewire.sink.sqs.queue",
                               s.name)};
  }
  if (is_url(queue)) co_return queue;
  if (const auto known = urls_.find(queue); known != urls_.end()) co_return known->second;
  auto answer = co_await client_.get_queue_url(queue);
  if (answer) urls_.insert_or_assign(queue, *answer);
  co_return answer;
}

void sqs_destination::send_less() noexcept {
  limits_.bytes_max = limits_.shared_bytes_max =
      std::max(limits_.bytes_max / 2, batch_bytes_smallest);
}

asio::awaitable<void> sqs_destination::send(const pipeline::lanes::request& what, report& out) {
  const auto url = co_await url_of(*what.destination);
  if (!url) {
    out.all(verdict_of(url.error()).what, what.records.size(), url.error());
    co_return;
  }
  const bool fifo = url->ends_with(".fifo");
  std::vector<aws::outgoing_message> messages;
  std::vector<std::size_t> places;  // of the messages among the records
  std::deque<std::string> texts;    // does not move its strings as it grows
  out.verdicts.assign(what.records.size(), {.what = fate::skipped});
  for (std::size_t i = 0; i < what.records.size(); ++i) {
    const pipeline::record_state& r = *what.records[i];
    if (r.value().empty()) continue;
    aws::outgoing_message& message = messages.emplace_back();
    message.body = r.value();
    places.push_back(i);
    if (!fifo) continue;
    message.group_id = legal_group_id(
        r.record().has_key ? r.key() : std::string_view(how_.null_key), texts.emplace_back());
    const event::identity& id = r.record().id;
    const std::string identity =
        fmt::format("{}{:016X}-{}", how_.identity_prefix, id.commit.value, id.ordinal);
    std::string& text = texts.emplace_back();
    message.deduplication_id = legal_group_id(identity, text);
    if (text.empty()) message.deduplication_id = text = identity;
  }
  if (messages.empty()) co_return;
  const auto answer = co_await client_.send_message_batch(*url, messages);
  if (!answer) {
    if (messages.size() == 1 && blames_the_message(answer.error())) {
      out.refuse(places.front(), answer.error());
      co_return;
    }
    if (answer.error().code == "BatchRequestTooLong" || answer.error().status == 413) send_less();
    out.all(verdict_of(answer.error()).what, what.records.size(), answer.error());
    co_return;
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto& error = (*answer)[i].error;
    verdict& mine = out.verdicts[places[i]];
    mine = error ? verdict_of(*error) : verdict{.what = fate::durable};
    if (!error) continue;
    if (blames_the_message(*error)) mine.what = fate::refused;
    out.because(describe(*error));
  }
}

}  // namespace tidewire::sinks
