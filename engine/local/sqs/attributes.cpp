#include "local/sqs/attributes.hpp"

#include "local/sqs/errors.hpp"
#include "local/sqs/redrive.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace tidewire::local {
namespace {

namespace json = boost::json;

enum class kind {
  number,
  boolean,
  text,
  fifo_boolean,
  redrive,
  redrive_allow,
  policy,
  scope,
  limit
};

struct rule {
  std::string_view name;
  kind what;
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::string_view otherwise = {};  // default
};

constexpr std::array rules{
    rule{"VisibilityTimeout", kind::number, 0, 43'200, "30"},
    rule{"DelaySeconds", kind::number, 0, 900, "0"},
    rule{"MaximumMessageSize", kind::number, 1024, 1'048'576, "1048576"},
    rule{"MessageRetentionPeriod", kind::number, 60, 1'209'600, "345600"},
    rule{"ReceiveMessageWaitTimeSeconds", kind::number, 0, 20, "0"},
    rule{"KmsDataKeyReusePeriodSeconds", kind::number, 60, 86'400},
    rule{"SqsManagedSseEnabled", kind::boolean, 0, 0, "true"},
    rule{"KmsMasterKeyId", kind::text},
    rule{"Policy", kind::policy},
    rule{"RedrivePolicy", kind::redrive},
    rule{"RedriveAllowPolicy", kind::redrive_allow},
    rule{"FifoQueue", kind::fifo_boolean},
    rule{"ContentBasedDeduplication", kind::fifo_boolean},
    rule{"DeduplicationScope", kind::scope},
    rule{"FifoThroughputLimit", kind::limit},
};

constexpr std::array computed{std::string_view("All"),
                              std::string_view("QueueArn"),
                              std::string_view("CreatedTimestamp"),
                              std::string_view("LastModifiedTimestamp"),
                              std::string_view("ApproximateNumberOfMessages"),
                              std::string_view("ApproximateNumberOfMessagesNotVisible"),
                              std::string_view("ApproximateNumberOfMessagesDelayed")};

const rule* find_rule(std::string_view name) {
  const auto found =
      std::find_if(rules.begin(), rules.end(), [&](const rule& r) { return r.name == name; });
  return found == rules.end() ? nullptr : &*found;
}

bool is_json_object(std::string_view text) {
  boost::system::error_code error;
  const auto document = json::parse(json::string_view(text), error);
  return !error && document.is_object();
}

bool is_good(const rule& r, std::string_view value, bool fifo) {
  switch (r.what) {
    case kind::number: {
      const auto number = parse_number(value);
      return number && *number >= r.min && *number <= r.max;
    }
    case kind::boolean:
      return value == "true" || value == "false";
    case kind::fifo_boolean:
      return (value == "true" && fifo) || (value == "false" && (!fifo || r.name != "FifoQueue"));
    case kind::text:
      return true;
    case kind::policy:
      return value.empty() || is_json_object(value);
    case kind::redrive:
      return value.empty() || parse_redrive(value).has_value();
    case kind::redrive_allow:
      return value.empty() || parse_redrive_allow(value).has_value();
    case kind::scope:
      return fifo && (value == "queue" || value == "messageGroup");
    case kind::limit:
      return fifo && (value == "perQueue" || value == "perMessageGroupId");
  }
  return false;
}

std::string text_of(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

}  // namespace

std::optional<api_error> read_attributes(const json::object& given, bool fifo, attribute_map& out) {
  for (const auto& [name, value] : given) {
    const rule* const r = find_rule(name);
    if (r == nullptr) return sqs_errors::invalid_attribute_name(name);
    const std::string text = text_of(value);
    if (!fifo && (r->what == kind::scope || r->what == kind::limit ||
                  (r->what == kind::fifo_boolean && text == "true")))
      return sqs_errors::invalid_attribute_name(name);
    if (!is_good(*r, text, fifo)) return sqs_errors::invalid_attribute_value(name);
    if (r->what == kind::fifo_boolean && !fifo)
      continue;  // `false` on a standard queue says nothing
    const bool removes = text.empty() && (r->what == kind::policy || r->what == kind::redrive ||
                                          r->what == kind::redrive_allow);
    if (removes)
      out.erase(std::string(name));
    else
      out.insert_or_assign(std::string(name), text);
  }
  // Source: SQS developer guide, "High throughput for FIFO queues".
  const auto limit = out.find("FifoThroughputLimit");
  if (limit != out.end() && limit->second == "perMessageGroupId" &&
      !settings_of(out).deduplicate_by_group)
    return sqs_errors::invalid_attribute_value("FifoThroughputLimit");
  return std::nullopt;
}

sqs_settings settings_of(const attribute_map& attributes) {
  sqs_settings out;
  const auto text = [&](std::string_view name) -> std::string_view {
    const auto found = attributes.find(name);
    return found == attributes.end() ? std::string_view{} : std::string_view(found->second);
  };
  const auto number = [&](std::string_view name, std::int64_t& into) {
    if (const auto value = parse_number(text(name))) into = *value;
  };
  number("VisibilityTimeout", out.visibility_s);
  number("DelaySeconds", out.delay_s);
  number("MaximumMessageSize", out.message_bytes_max);
  number("MessageRetentionPeriod", out.retention_s);
  number("ReceiveMessageWaitTimeSeconds", out.wait_s);
  out.content_based_deduplication = text("ContentBasedDeduplication") == "true";
  out.deduplicate_by_group = text("DeduplicationScope") == "messageGroup";
  if (const auto policy = parse_redrive(text("RedrivePolicy"))) {
    out.dead_letter_arn = policy->target;
    out.receives_max = policy->receives_max;
  }
  return out;
}

std::string default_attribute(std::string_view name) {
  const rule* const r = find_rule(name);
  return r == nullptr ? std::string() : std::string(r->otherwise);
}

bool is_attribute_name(std::string_view name) {
  return find_rule(name) != nullptr ||
         std::find(computed.begin(), computed.end(), name) != computed.end();
}

}  // namespace tidewire::local
