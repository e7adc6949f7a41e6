#include "base/clock.hpp"
#include "local/call/digest.hpp"
#include "local/call/fault_source.hpp"
#include "local/sqs/errors.hpp"
#include "local/sqs/input.hpp"
#include "local/sqs/service.hpp"

#include <algorithm>

namespace tidewire::local {
namespace {

namespace json = boost::json;

constexpr std::int64_t delay_max_s = 900;
constexpr std::string_view sender_id = "AIDAIENQZJOLO23YVJ4VO";  // whoever signs: there is one user

api_error wrong_for_queue(std::string_view value, std::string_view name) {
  return sqs_errors::invalid_value(
      value, name, "The request include parameter that is not valid for this queue type.");
}

api_error too_long(std::int64_t bytes_max) {
  return sqs_errors::invalid_parameter(
      "One or more parameters are invalid. Reason: Message must be shorter than " +
      std::to_string(bytes_max) + " bytes.");
}

}  // namespace

sqs_service::or_error<sqs_message> sqs_service::read_message(const queue& q,
                                                             const json::object& input) const {
  sqs_message out;
  out.body = text_in(input, "MessageBody");
  if (out.body.empty()) return sqs_errors::missing_parameter("MessageBody");
  if (!has_only_allowed_characters(out.body))
    return api_error{.code = "InvalidMessageContents",
                     .message =
                         "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | "
                         "#x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"};
  if (const auto* const attributes = object_in(input, "MessageAttributes")) {
    out.attributes = *attributes;
    if (auto error = check_message_attributes(out.attributes)) return *error;
  }
  if (const auto* const attributes = object_in(input, "MessageSystemAttributes")) {
    out.system_attributes = *attributes;
    for (const auto& [name, value] : out.system_attributes)
      if (name != "AWSTraceHeader")
        return sqs_errors::invalid_parameter("Message system attribute name '" + std::string(name) +
                                             "' is invalid.");
  }
  if (static_cast<std::int64_t>(size_of(out)) > q.settings.message_bytes_max)
    return too_long(q.settings.message_bytes_max);

  out.group_id = text_in(input, "MessageGroupId");
  out.deduplication_id = text_in(input, "MessageDeduplicationId");
  if (q.messages.fifo() && out.group_id.empty())
    return sqs_errors::missing_parameter("MessageGroupId");
  for (const char* const name : {"MessageGroupId", "MessageDeduplicationId"})
    if (auto error = check_id(input, name)) return *error;
  if (!q.messages.fifo() && !out.deduplication_id.empty())
    return wrong_for_queue(out.deduplication_id, "MessageDeduplicationId");
  if (q.messages.fifo() && out.deduplication_id.empty()) {
    if (!q.settings.content_based_deduplication)
      return sqs_errors::invalid_parameter(
          "The queue should either have ContentBasedDeduplication enabled or "
          "MessageDeduplicationId provided explicitly");
    out.deduplication_id = hex(sha256(out.body));
  }
  out.sender_id = sender_id;
  return out;
}

sqs_queue::sent sqs_service::put(queue& q,
                                 sqs_message message,
                                 time_point now,
                                 std::int64_t hidden_ms) {
  if (message.id.empty()) message.id = ids_.uuid();
  const auto sent = q.messages.send(std::move(message), q.settings, unix_ms(now), hidden_ms);
  if (sent.place) {
    message_stored(q, *sent.place, *q.messages.find(*sent.place));
    arrived(q);
  }
  return sent;
}

sqs_service::or_error<json::object> sqs_service::send_one(queue& q,
                                                          const json::object& input,
                                                          const operation_call& call) {
  auto message = read_message(q, input);
  if (message.has_error()) return message.error();
  if (!has_room()) return sqs_errors::no_room();
  std::int64_t delay_s = q.settings.delay_s;
  if (const auto* const asked = input.if_contains("DelaySeconds");
      asked != nullptr && !asked->is_null()) {
    boost::system::error_code error;
    const auto seconds = asked->is_number() ? asked->to_number<std::int64_t>(error) : -1;
    if (error || seconds < 0 || seconds > delay_max_s)
      return sqs_errors::invalid_value(asked->is_number() ? std::to_string(seconds) : "given",
                                       "DelaySeconds",
                                       "DelaySeconds must be >= 0 and <= 900.");
    if (q.messages.fifo() && seconds != 0)
      return wrong_for_queue(std::to_string(seconds), "DelaySeconds");
    if (!q.messages.fifo()) delay_s = seconds;
  }
  const bool lies = call.faults != nullptr && call.faults->md5_lies();
  json::object out{
      {"MD5OfMessageBody", md5_hex(lies ? "another body" : std::string_view(message->body))}};
  if (!message->attributes.empty())
    out["MD5OfMessageAttributes"] = md5_of_attributes(message->attributes);
  if (!message->system_attributes.empty())
    out["MD5OfMessageSystemAttributes"] = md5_of_attributes(message->system_attributes);
  const auto sent = put(q, std::move(*message), call.now, delay_s * 1000);
  out["MessageId"] = sent.message_id;
  if (!sent.sequence_number.empty()) out["SequenceNumber"] = sent.sequence_number;
  return out;
}

reply sqs_service::send_message(const operation_call& call) {
  const auto q = named_queue(call);
  if (q.has_error()) return q.error();
  if (call.quotas && (*q)->messages.fifo() && !(*q)->messages.sends.try_take(1, call.now))
    return api_error{.code = "RequestThrottled", .message = "Rate exceeded."};
  return send_one(**q, call.input, call);
}

reply sqs_service::send_batch(const operation_call& call) {
  const auto q = named_queue(call);
  if (q.has_error()) return q.error();
  std::size_t total = 0;
  if (const auto* const entries = array_in(call.input, "Entries"))
    for (const auto& entry : *entries) {
      if (!entry.is_object()) continue;
      sqs_message sizes;
      sizes.body = text_in(entry.get_object(), "MessageBody");
      if (const auto* const attributes = object_in(entry.get_object(), "MessageAttributes"))
        sizes.attributes = *attributes;
      total += size_of(sizes);
    }
  if (total > sqs_message_bytes_max)
    return sqs_errors::legacy("BatchRequestTooLong",
                              "Batch requests cannot be longer than " +
                                  std::to_string(sqs_message_bytes_max) + " bytes. You have sent " +
                                  std::to_string(total) + " bytes.");
  if (call.quotas && (*q)->messages.fifo() && !(*q)->messages.sends.try_take(1, call.now))
    return api_error{.code = "RequestThrottled", .message = "Rate exceeded."};
  return each_entry(call, "SendMessageBatchRequestEntry", [&](const json::object& entry) {
    return send_one(**q, entry, call);
  });
}

send_outcome sqs_service::send(std::string_view queue_arn,
                               const queue_message& message,
                               time_point now) {
  queue* const q = find_arn(queue_arn);
  if (q == nullptr) {
    const auto error = sqs_errors::no_queue();
    return {.sent = false, .error_code = error.query_code, .error_message = error.message};
  }
  json::object input{{"MessageBody", message.body}};
  if (!message.group_id.empty()) input["MessageGroupId"] = message.group_id;
  if (!message.deduplication_id.empty()) input["MessageDeduplicationId"] = message.deduplication_id;
  if (!message.attributes.empty()) {
    json::object& attributes = input["MessageAttributes"].emplace_object();
    for (const auto& [name, value] : message.attributes)
      attributes[name] = {{"DataType", "String"}, {"StringValue", value}};
  }
  const operation_call call{.operation = "SendMessage", .input = {}, .now = now, .base_url = {}};
  const auto done = send_one(*q, input, call);
  if (!done.has_error()) return {};
  const auto& error = done.error();
  return {.sent = false,
          .error_code = error.query_code.empty() ? error.code : error.query_code,
          .error_message = error.message};
}

}  // namespace tidewire::local
