#include "base/base64.hpp"
#include "base/clock.hpp"
#include "local/sqs/errors.hpp"
#include "local/sqs/input.hpp"
#include "local/sqs/redrive.hpp"
#include "local/sqs/service.hpp"
#include "local/sqs/tags.hpp"

#include <algorithm>

namespace tidewire::local {
namespace {

namespace json = boost::json;

constexpr std::string_view fifo_suffix = ".fifo";
constexpr std::size_t name_length_max = 80;
constexpr std::int64_t purge_pause_ms = 60'000;
constexpr std::int64_t create_pause_ms = 60'000;

bool is_queue_name(std::string_view name) {
  if (name.empty() || name.size() > name_length_max) return false;
  if (name.ends_with(fifo_suffix)) name.remove_suffix(fifo_suffix.size());
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

api_error bad_name() {
  return sqs_errors::invalid_parameter(
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
}

}  // namespace

/// The dead letter queue must be there and of the same kind.
std::optional<api_error> sqs_service::check_redrive(const queue& q,
                                                    const attribute_map& attributes) {
  const auto settings = settings_of(attributes);
  if (settings.dead_letter_arn.empty()) return std::nullopt;
  const auto policy = attributes.find("RedrivePolicy")->second;
  const queue* const target = find_arn(settings.dead_letter_arn);
  if (target == nullptr)
    return sqs_errors::invalid_value(policy, "RedrivePolicy", "Dead letter target does not exist.");
  if (target->messages.fifo() != q.messages.fifo())
    return sqs_errors::invalid_value(
        policy, "RedrivePolicy", "Dead-letter queue must be same type of queue as the source.");
  const auto allowed = target->attributes.find("RedriveAllowPolicy");
  if (allowed != target->attributes.end())
    if (const auto who = parse_redrive_allow(allowed->second); who && !who->permits(arn_of(q.name)))
      return sqs_errors::invalid_value(
          policy, "RedrivePolicy", "The dead-letter queue does not allow this source queue.");
  return std::nullopt;
}

reply sqs_service::create_queue(const operation_call& call) {
  const std::string name(text_in(call.input, "QueueName"));
  if (name.empty()) return sqs_errors::missing_parameter("QueueName");
  const bool fifo = name.ends_with(fifo_suffix);
  if (!is_queue_name(name)) return bad_name();
  const json::object none;
  const auto* const given = object_in(call.input, "Attributes");
  const json::object& wanted = given != nullptr ? *given : none;
  const bool says_fifo = text_in(wanted, "FifoQueue") == "true";
  if (says_fifo && !fifo)
    return sqs_errors::invalid_parameter(
        "The name of a FIFO queue can only include alphanumeric characters, hyphens, or "
        "underscores, must end with .fifo suffix and be 1 to 80 in length.");
  if (fifo && !says_fifo) return bad_name();
  attribute_map attributes;
  if (auto error = read_attributes(wanted, fifo, attributes)) return *error;

  if (const auto known = queues_.find(name); known != queues_.end()) {
    for (const auto& [attribute, value] : attributes) {
      const auto there = known->second->attributes.find(attribute);
      const std::string now =
          there != known->second->attributes.end() ? there->second : default_attribute(attribute);
      if (now != value)
        return api_error{
            .code = "QueueNameExists",
            .message =
                "A queue already exists with the same name and a different value for attribute " +
                attribute,
            .query_code = "QueueAlreadyExists"};
    }
    return json::object{{"QueueUrl", url_of(name, call)}};
  }
  const auto deleted = deleted_ms_.find(name);
  if (call.quotas && deleted != deleted_ms_.end() &&
      unix_ms(call.now) - deleted->second < create_pause_ms)
    return sqs_errors::legacy("QueueDeletedRecently",
                              "You must wait 60 seconds after deleting a queue before you can "
                              "create another with the same name.");
  const auto* const tags = object_in(call.input, "tags");
  if (tags != nullptr)
    if (auto error = check_tags(*tags)) return *error;
  auto q = std::make_unique<queue>(name, fifo);
  if (auto error = check_redrive(*q, attributes)) return *error;
  q->attributes = std::move(attributes);
  q->settings = settings_of(q->attributes);
  q->created_s = q->modified_s = unix_ms(call.now) / 1000;
  if (tags != nullptr)
    for (const auto& [key, value] : *tags)
      q->tags[key] = value.is_string() ? std::string(value.get_string()) : std::string();
  queues_.emplace(name, std::move(q));
  queues_changed();
  return json::object{{"QueueUrl", url_of(name, call)}};
}

reply sqs_service::get_queue_url(const operation_call& call) {
  const std::string name(text_in(call.input, "QueueName"));
  if (name.empty()) return sqs_errors::missing_parameter("QueueName");
  if (!queues_.contains(name)) return sqs_errors::no_queue();
  return json::object{{"QueueUrl", url_of(name, call)}};
}

reply sqs_service::page_of_urls(const operation_call& call,
                                const char* member,
                                const std::function<bool(const queue&)>& wanted) {
  const auto* const asked = call.input.if_contains("MaxResults");
  const std::int64_t limit = asked != nullptr && asked->is_int64() ? asked->get_int64() : 1000;
  if (limit < 1 || limit > 1000)
    return sqs_errors::invalid_value(
        std::to_string(limit), "MaxResults", "Must be between 1 and 1000.");
  const std::string token(text_in(call.input, "NextToken"));
  const auto from = token.empty() ? std::optional<std::string>("") : from_base64(token);
  if (!from) return sqs_errors::invalid_parameter("Invalid or expired next token.");
  json::array urls;
  json::object out;
  std::string last;
  for (auto at = queues_.upper_bound(*from); at != queues_.end(); ++at) {
    if (!wanted(*at->second)) continue;
    if (static_cast<std::int64_t>(urls.size()) == limit) {
      // Only who asks for pages gets to know that there are more.
      if (asked != nullptr) out["NextToken"] = to_base64(last);
      break;
    }
    urls.emplace_back(url_of(at->first, call));
    last = at->first;
  }
  if (!urls.empty() || std::string_view(member) == "queueUrls") out[member] = std::move(urls);
  return out;
}

reply sqs_service::list_queues(const operation_call& call) {
  const std::string prefix(text_in(call.input, "QueueNamePrefix"));
  return page_of_urls(
      call, "QueueUrls", [&](const queue& q) { return q.name.starts_with(prefix); });
}

reply sqs_service::list_sources(const operation_call& call) {
  const auto q = named_queue(call);
  if (q.has_error()) return q.error();
  const std::string arn = arn_of((*q)->name);
  return page_of_urls(
      call, "queueUrls", [&](const queue& other) { return other.settings.dead_letter_arn == arn; });
}

reply sqs_service::delete_queue(const operation_call& call) {
  const auto q = named_queue(call);
  if (q.has_error()) return q.error();
  const std::string name = (*q)->name;
  deleted_ms_[name] = unix_ms(call.now);
  queues_.erase(name);
  queues_changed();
  if (how_.on_arrival) how_.on_arrival(name);  // whoever waits for it should hear that it is gone
  return json::object{};
}

reply sqs_service::purge_queue(const operation_call& call) {
  const auto found = named_queue(call);
  if (found.has_error()) return found.error();
  queue& q = **found;
  const std::int64_t now_ms = unix_ms(call.now);
  if (q.purged_ms != 0 && now_ms - q.purged_ms < purge_pause_ms)
    return sqs_errors::legacy(
        "PurgeQueueInProgress",
        "Only one PurgeQueue operation on " + q.name + " is allowed every 60 seconds.",
        403);
  q.purged_ms = now_ms;
  if (journal_ != nullptr)
    q.messages.each([&](std::uint64_t place, const sqs_message&) { message_gone(q, place); });
  q.messages.clear();
  return json::object{};
}

reply sqs_service::get_attributes(const operation_call& call) {
  const auto found = named_queue(call);
  if (found.has_error()) return found.error();
  queue& q = **found;
  q.messages.advance(unix_ms(call.now), q.settings.retention_s * 1000);
  const auto count = q.messages.count();
  attribute_map all = q.attributes;
  for (const std::string_view name : {"VisibilityTimeout",
                                      "DelaySeconds",
                                      "MaximumMessageSize",
                                      "MessageRetentionPeriod",
                                      "ReceiveMessageWaitTimeSeconds",
                                      "SqsManagedSseEnabled"})
    all.emplace(name, default_attribute(name));
  if (q.messages.fifo()) {
    all.emplace("ContentBasedDeduplication", "false");
    all.emplace("DeduplicationScope", "queue");
    all.emplace("FifoThroughputLimit", "perQueue");
  }
  all["QueueArn"] = arn_of(q.name);
  all["CreatedTimestamp"] = std::to_string(q.created_s);
  all["LastModifiedTimestamp"] = std::to_string(q.modified_s);
  all["ApproximateNumberOfMessages"] = std::to_string(count.waiting);
  all["ApproximateNumberOfMessagesNotVisible"] = std::to_string(count.in_flight);
  all["ApproximateNumberOfMessagesDelayed"] = std::to_string(count.delayed);

  json::object chosen;
  if (const auto* const names = array_in(call.input, "AttributeNames"))
    for (const auto& name : *names) {
      const std::string_view text =
          name.is_string() ? std::string_view(name.get_string()) : std::string_view{};
      if (!is_attribute_name(text)) return sqs_errors::invalid_attribute_name(text);
      for (const auto& [attribute, value] : all)
        if (text == "All" || text == attribute) chosen[attribute] = value;
    }
  if (chosen.empty()) return json::object{};
  return json::object{{"Attributes", std::move(chosen)}};
}

reply sqs_service::set_attributes(const operation_call& call) {
  const auto found = named_queue(call);
  if (found.has_error()) return found.error();
  queue& q = **found;
  const auto* const given = object_in(call.input, "Attributes");
  if (given == nullptr) return sqs_errors::missing_parameter("Attributes");
  if (given->contains("FifoQueue") &&
      text_in(*given, "FifoQueue") != (q.messages.fifo() ? "true" : "false"))
    return sqs_errors::invalid_attribute_value("FifoQueue");
  attribute_map attributes = q.attributes;
  if (auto error = read_attributes(*given, q.messages.fifo(), attributes)) return *error;
  if (given->contains("RedrivePolicy"))
    if (auto error = check_redrive(q, attributes)) return *error;
  q.attributes = std::move(attributes);
  q.settings = settings_of(q.attributes);
  q.modified_s = unix_ms(call.now) / 1000;
  queues_changed();
  return json::object{};
}

}  // namespace tidewire::local
