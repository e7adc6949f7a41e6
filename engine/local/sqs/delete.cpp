#include "base/clock.hpp"
#include "local/call/fault_source.hpp"
#include "local/sqs/errors.hpp"
#include "local/sqs/input.hpp"
#include "local/sqs/service.hpp"

#include <algorithm>
#include <set>

namespace tidewire::local {
namespace {

namespace json = boost::json;

constexpr std::size_t entries_max = 10;
constexpr std::size_t entry_id_max = 80;
constexpr std::int64_t visibility_max_s = 43'200;

bool is_entry_id(std::string_view id) {
  return !id.empty() && id.size() <= entry_id_max && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

std::optional<api_error> check_entries(const json::array& entries, std::string_view entry_name) {
  if (entries.empty())
    return sqs_errors::legacy(
        "EmptyBatchRequest",
        "There should be at least one " + std::string(entry_name) + " in the request.");
  if (entries.size() > entries_max)
    return sqs_errors::legacy("TooManyEntriesInBatchRequest",
                              "Maximum number of entries per request are 10. You have sent " +
                                  std::to_string(entries.size()) + ".");
  std::set<std::string> ids;
  for (const auto& entry : entries) {
    const std::string id(entry.is_object() ? text_in(entry.get_object(), "Id")
                                           : std::string_view{});
    if (!is_entry_id(id))
      return sqs_errors::legacy("InvalidBatchEntryId",
                                "A batch entry id can only contain alphanumeric characters, "
                                "hyphens and underscores. It can be at most 80 letters long.");
    if (!ids.insert(id).second)
      return sqs_errors::legacy("BatchEntryIdsNotDistinct", "Id " + id + " repeated.");
  }
  return std::nullopt;
}

json::object failed(const std::string& id, const api_error& error) {
  return {{"Id", id},
          {"SenderFault", error.status < 500},
          {"Code", error.query_code.empty() ? error.code : error.query_code},
          {"Message", error.message}};
}

reply empty_or(std::optional<api_error> error) {
  if (error) return *error;
  return json::object{};
}

}  // namespace

reply sqs_service::each_entry(const operation_call& call,
                              std::string_view entry_name,
                              const entry_action& act) {
  const auto* const entries = array_in(call.input, "Entries");
  const json::array none;
  const json::array& list = entries != nullptr ? *entries : none;
  if (auto error = check_entries(list, entry_name)) return *error;
  json::array successful;
  json::array refused;
  for (const auto& value : list) {
    const auto& entry = value.get_object();
    const std::string id(text_in(entry, "Id"));
    if (call.faults != nullptr && call.faults->entry_fails()) {
      refused.push_back(failed(
          id,
          {.code = "InternalError", .message = "An internal error has occurred.", .status = 500}));
      continue;
    }
    auto done = act(entry);
    if (done.has_error()) {
      refused.push_back(failed(id, done.error()));
      continue;
    }
    (*done)["Id"] = id;
    successful.push_back(std::move(*done));
  }
  json::object out;
  if (!successful.empty()) out["Successful"] = std::move(successful);
  if (!refused.empty()) out["Failed"] = std::move(refused);
  return out;
}

/// With an older receipt than the newest, a standard queue says yes and does nothing; a FIFO queue
/// says that it has expired.
std::optional<api_error> sqs_service::delete_one(queue& q,
                                                 const json::object& input,
                                                 time_point now) {
  const std::string handle(text_in(input, "ReceiptHandle"));
  if (handle.empty()) return sqs_errors::missing_parameter("ReceiptHandle");
  const auto receipt = read_receipt(q, handle);
  if (receipt.has_error()) return receipt.error();
  q.messages.advance(unix_ms(now), q.settings.retention_s * 1000);
  const sqs_message* const message = q.messages.find(receipt->place);
  if (message == nullptr) return std::nullopt;
  const bool stale = message->receipt != receipt->receipt ||
                     (q.messages.fifo() && !q.messages.in_flight(receipt->place));
  if (stale && q.messages.fifo())
    return sqs_errors::invalid_value(handle, "ReceiptHandle", "The receipt handle has expired.");
  if (stale) return std::nullopt;
  q.messages.remove(receipt->place);
  message_gone(q, receipt->place);
  if (q.messages.fifo()) arrived(q);  // the group may go on
  return std::nullopt;
}

reply sqs_service::delete_message(const operation_call& call) {
  const auto q = named_queue(call);
  if (q.has_error()) return q.error();
  if (call.quotas && (*q)->messages.fifo() && !(*q)->messages.deletes.try_take(1, call.now))
    return api_error{.code = "RequestThrottled", .message = "Rate exceeded."};
  return empty_or(delete_one(**q, call.input, call.now));
}

reply sqs_service::delete_batch(const operation_call& call) {
  const auto q = named_queue(call);
  if (q.has_error()) return q.error();
  return each_entry(call,
                    "DeleteMessageBatchRequestEntry",
                    [&](const json::object& entry) -> or_error<json::object> {
                      if (auto error = delete_one(**q, entry, call.now)) return *error;
                      return json::object{};
                    });
}

std::optional<api_error> sqs_service::change_one(queue& q,
                                                 const json::object& input,
                                                 time_point now) {
  const std::string handle(text_in(input, "ReceiptHandle"));
  if (handle.empty()) return sqs_errors::missing_parameter("ReceiptHandle");
  const auto* const asked = input.if_contains("VisibilityTimeout");
  if (asked == nullptr || asked->is_null())
    return sqs_errors::missing_parameter("VisibilityTimeout");
  boost::system::error_code error;
  const auto seconds = asked->is_number() ? asked->to_number<std::int64_t>(error) : -1;
  if (error || seconds < 0 || seconds > visibility_max_s)
    return sqs_errors::invalid_value(asked->is_number() ? std::to_string(seconds) : "given",
                                     "VisibilityTimeout",
                                     "Must be between 0 and 43200, if provided.");
  const auto receipt = read_receipt(q, handle);
  if (receipt.has_error()) return receipt.error();
  const std::int64_t now_ms = unix_ms(now);
  q.messages.advance(now_ms, q.settings.retention_s * 1000);
  const sqs_message* const message = q.messages.find(receipt->place);
  if (message == nullptr)
    return sqs_errors::invalid_value(
        handle,
        "ReceiptHandle",
        "Message does not exist or is not available for visibility timeout change.");
  if (!q.messages.in_flight(receipt->place) || message->receipt != receipt->receipt) {
    if (q.messages.fifo())
      return sqs_errors::invalid_value(handle, "ReceiptHandle", "The receipt handle has expired.");
    return sqs_errors::legacy("MessageNotInflight", "The message referred to is not in flight.");
  }
  if (now_ms + seconds * 1000 > message->received_ms + visibility_max_s * 1000)
    return sqs_errors::invalid_value(
        std::to_string(seconds),
        "VisibilityTimeout",
        "Total VisibilityTimeout for the message is beyond the limit [43200 seconds].");
  q.messages.hide_until(receipt->place, now_ms + seconds * 1000);
  message_moved(q, receipt->place, *message);
  arrived(q);  // its time of becoming visible has changed
  return std::nullopt;
}

reply sqs_service::change_visibility(const operation_call& call) {
  const auto q = named_queue(call);
  if (q.has_error()) return q.error();
  return empty_or(change_one(**q, call.input, call.now));
}

reply sqs_service::change_visibility_batch(const operation_call& call) {
  const auto q = named_queue(call);
  if (q.has_error()) return q.error();
  return each_entry(call,
                    "ChangeMessageVisibilityBatchRequestEntry",
                    [&](const json::object& entry) -> or_error<json::object> {
                      if (auto error = change_one(**q, entry, call.now)) return *error;
                      return json::object{};
                    });
}

}  // namespace tidewire::local
