#include "base/base64.hpp"
#include "base/clock.hpp"
#include "local/call/digest.hpp"
#include "local/call/fault_source.hpp"
#include "local/sqs/errors.hpp"
#include "local/sqs/input.hpp"
#include "local/sqs/service.hpp"

#include <charconv>

namespace tidewire::local {
namespace {

namespace json = boost::json;

constexpr std::int64_t messages_max = 10;
constexpr std::int64_t wait_max_s = 20;
constexpr std::int64_t visibility_max_s = 43'200;
constexpr std::size_t in_flight_max = 120'000;

bool names_all_or(const json::object& input, std::string_view list, std::string_view name) {
  const auto* const names = array_in(input, list);
  if (names == nullptr) return false;
  for (const auto& one : *names)
    if (one.is_string() &&
        (one.get_string() == "All" || std::string_view(one.get_string()) == name))
      return true;
  return false;
}

/// `All`, `.*`, `prefix.*`, or the name itself.
bool wants_attribute(const json::object& input, std::string_view name) {
  const auto* const names = array_in(input, "MessageAttributeNames");
  if (names == nullptr) return false;
  for (const auto& one : *names) {
    if (!one.is_string()) continue;
    std::string_view wanted = one.get_string();
    if (wanted == "All" || wanted == name) return true;
    if (!wanted.ends_with(".*")) continue;
    wanted.remove_suffix(2);
    if (name.starts_with(wanted)) return true;
  }
  return false;
}

}  // namespace

std::string sqs_service::receipt_handle(const queue& q,
                                        std::uint64_t place,
                                        std::uint64_t receipt) const {
  const std::string plain = q.name + " " + std::to_string(q.created_s) + " " +
                            std::to_string(place) + " " + std::to_string(receipt);
  const auto seal = md5("receipt " + plain);
  return to_base64(std::string(as_view(seal)) + plain);
}

sqs_service::or_error<sqs_service::receipt_of> sqs_service::read_receipt(
    const queue& q, std::string_view handle) const {
  const auto whole = from_base64(handle);
  if (!whole || whole->size() < 16) return sqs_errors::invalid_receipt(handle);
  std::string_view plain = std::string_view(*whole).substr(16);
  if (as_view(md5("receipt " + std::string(plain))) != std::string_view(*whole).substr(0, 16))
    return sqs_errors::invalid_receipt(handle);
  const std::string begin = q.name + " " + std::to_string(q.created_s) + " ";
  if (!plain.starts_with(begin)) return sqs_errors::invalid_receipt(handle);
  plain.remove_prefix(begin.size());
  receipt_of out;
  const auto [middle, error] =
      std::from_chars(plain.data(), plain.data() + plain.size(), out.place);
  if (error != std::errc{} || middle == plain.data() + plain.size())
    return sqs_errors::invalid_receipt(handle);
  std::from_chars(middle + 1, plain.data() + plain.size(), out.receipt);
  return out;
}

json::object sqs_service::shown(const queue& q,
                                const sqs_message& message,
                                std::uint64_t place,
                                const operation_call& call) const {
  const bool lies = call.faults != nullptr && call.faults->md5_lies();
  json::object out{{"MessageId", message.id},
                   {"ReceiptHandle", receipt_handle(q, place, message.receipt)},
                   {"MD5OfBody", md5_hex(lies ? "another body" : std::string_view(message.body))},
                   {"Body", message.body}};
  json::object system;
  const auto tell = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    if (names_all_or(call.input, "AttributeNames", name) ||
        names_all_or(call.input, "MessageSystemAttributeNames", name))
      system[name] = value;
  };
  tell("SenderId", message.sender_id);
  tell("SentTimestamp", std::to_string(message.sent_ms));
  tell("ApproximateReceiveCount", std::to_string(message.receive_count));
  tell("ApproximateFirstReceiveTimestamp", std::to_string(message.first_received_ms));
  tell("SequenceNumber", message.sequence_number);
  tell("MessageDeduplicationId", message.deduplication_id);
  tell("MessageGroupId", message.group_id);
  tell("DeadLetterQueueSourceArn", message.dead_letter_source);
  if (const auto* const trace = object_in(message.system_attributes, "AWSTraceHeader"))
    tell("AWSTraceHeader", text_in(*trace, "StringValue"));
  if (!system.empty()) out["Attributes"] = std::move(system);
  json::object attributes;
  for (const auto& [name, value] : message.attributes)
    if (wants_attribute(call.input, name)) attributes[name] = value;
  if (!attributes.empty()) {
    out["MD5OfMessageAttributes"] = md5_of_attributes(attributes);
    out["MessageAttributes"] = std::move(attributes);
  }
  return out;
}

/// Received often enough: the message goes to the dead letter queue as it is. Where that one is
/// gone, it is dropped with a reason to none but the one who deleted it, as SQS does.
void sqs_service::give_up(queue& from, std::uint64_t place, time_point now) {
  auto message = from.messages.remove(place);
  message_gone(from, place);
  queue* const target = find_arn(from.settings.dead_letter_arn);
  if (!message || target == nullptr) return;
  message->dead_letter_source = arn_of(from.name);
  put(*target, std::move(*message), now, 0);
}

/// Up to `limit` of the messages that wait, remembered under the id of the call where it has one.
sqs_service::or_error<json::array> sqs_service::receive_new(queue& q,
                                                            std::size_t limit,
                                                            std::int64_t visibility_ms,
                                                            const operation_call& call) {
  const std::int64_t now_ms = unix_ms(call.now);
  json::array messages;
  std::vector<receive_attempts::taken> taken;
  std::size_t bytes = 0;
  while (messages.size() < limit) {
    const auto place = q.messages.next();
    if (!place) break;
    const sqs_message& candidate = *q.messages.find(*place);
    const bool gives_up =
        !q.settings.dead_letter_arn.empty() && candidate.receive_count >= q.settings.receives_max;
    // A queue that is its own dead letter queue would hand itself the message for ever.
    if (gives_up && q.settings.dead_letter_arn != arn_of(q.name)) {
      give_up(q, *place, call.now);
      continue;
    }
    const std::size_t size = size_of(candidate);
    if (!messages.empty() && bytes + size > sqs_message_bytes_max)
      break;  // an answer is no larger than a message may be
    if (q.messages.count().in_flight >= in_flight_max) {
      if (messages.empty())
        return api_error{
            .code = "OverLimit", .message = "Too many messages in flight.", .status = 403};
      break;
    }
    bytes += size;
    const sqs_message& message = q.messages.receive(*place, now_ms, visibility_ms, ids_.number());
    message_moved(q, *place, message);
    messages.push_back(shown(q, message, *place, call));
    taken.push_back({*place, message.receipt, now_ms + visibility_ms});
  }
  q.messages.end_batch();
  const std::string_view attempt = text_in(call.input, "ReceiveRequestAttemptId");
  if (q.messages.fifo() && !attempt.empty() && !taken.empty())
    q.attempts.remember(attempt, std::move(taken), now_ms);
  return messages;
}

/// What an earlier call of the same id took, under the same receipts and hidden anew; refused where
/// a message is not as that call left it.
sqs_service::or_error<json::array> sqs_service::receive_again(
    queue& q,
    std::vector<receive_attempts::taken>& taken,
    std::int64_t visibility_ms,
    const operation_call& call) {
  for (const auto& one : taken)
    if (!q.messages.in_flight(one.place) || q.messages.visible_ms(one.place) != one.visible_ms ||
        q.messages.find(one.place)->receipt != one.receipt)
      return sqs_errors::invalid_value(text_in(call.input, "ReceiveRequestAttemptId"),
                                       "ReceiveRequestAttemptId",
                                       "The receiveRequestAttemptId is not valid anymore since the "
                                       "receive call is not retryable.");
  json::array messages;
  for (auto& one : taken) {
    one.visible_ms = unix_ms(call.now) + visibility_ms;
    q.messages.hide_until(one.place, one.visible_ms);
    const sqs_message& message = *q.messages.find(one.place);
    message_moved(q, one.place, message);
    messages.push_back(shown(q, message, one.place, call));
  }
  arrived(q);  // their time of becoming visible has changed
  return messages;
}

reply sqs_service::receive_message(const operation_call& call) {
  const auto found = named_queue(call);
  if (found.has_error()) return found.error();
  queue& q = **found;
  const auto& input = call.input;
  const auto limit = number_in(input, "MaxNumberOfMessages", 1, 1, messages_max);
  if (!limit)
    return out_of_range(input, "MaxNumberOfMessages", "Must be between 1 and 10, if provided.");
  if (!number_in(input, "WaitTimeSeconds", 0, 0, wait_max_s))
    return out_of_range(input, "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided.");
  const auto visibility_s =
      number_in(input, "VisibilityTimeout", q.settings.visibility_s, 0, visibility_max_s);
  if (!visibility_s)
    return out_of_range(input, "VisibilityTimeout", "Must be between 0 and 43200, if provided.");
  if (auto error = check_id(input, "ReceiveRequestAttemptId")) return *error;
  if (call.quotas && q.messages.fifo() && !q.messages.receives.try_take(1, call.now))
    return api_error{.code = "RequestThrottled", .message = "Rate exceeded."};

  const std::int64_t now_ms = unix_ms(call.now);
  q.messages.advance(now_ms, q.settings.retention_s * 1000);
  auto* const earlier = q.attempts.find(text_in(input, "ReceiveRequestAttemptId"), now_ms);
  auto messages =
      earlier != nullptr
          ? receive_again(q, *earlier, *visibility_s * 1000, call)
          : receive_new(q, static_cast<std::size_t>(*limit), *visibility_s * 1000, call);
  if (messages.has_error()) return messages.error();
  if (messages->empty()) return json::object{};
  return json::object{{"Messages", std::move(*messages)}};
}

}  // namespace tidewire::local
