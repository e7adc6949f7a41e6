#include "aws/sqs.hpp"

#include "aws/digest.hpp"
#include "aws/error_answer.hpp"
#include "aws/operation.hpp"
#include "aws/queue_host.hpp"
#include "telemetry/log.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <set>
#include <string>
#include <utility>

namespace tidewire::aws {

namespace {

using text_map = std::map<std::string, std::string>;

void write_texts(body_writer& out, std::string_view name, const text_map& texts) {
  out.key(name);
  out.begin_map(texts.size());
  for (const auto& [key, value] : texts) out.text(key, value);
  out.end_map();
}

/// The names of attributes wanted: all there are.
void write_all(body_writer& out, std::string_view name) {
  out.key(name);
  out.begin_array(1);
  out.text("All");
  out.end_array();
}

void write_message(body_writer& out, std::size_t index, const outgoing_message& m) {
  const std::size_t members = 2U + (m.group_id.empty() ? 0U : 1U) +
                              (m.deduplication_id.empty() ? 0U : 1U) +
                              (m.attributes.empty() ? 0U : 1U);
  out.begin_map(members);
  out.text("Id", std::to_string(index));
  out.text("MessageBody", m.body);
  if (!m.group_id.empty()) out.text("MessageGroupId", m.group_id);
  if (!m.deduplication_id.empty()) out.text("MessageDeduplicationId", m.deduplication_id);
  if (!m.attributes.empty()) {
    out.key("MessageAttributes");
    out.begin_map(m.attributes.size());
    for (const auto& [name, value] : m.attributes) {
      out.key(name);
      out.begin_map(2);
      out.text("DataType", "String");
      out.text("StringValue", value);
      out.end_map();
    }
    out.end_map();
  }
  out.end_map();
}

/// The entry that an answer speaks of; nothing if we sent none of that id.
std::optional<std::size_t> index_of(std::string_view id, std::size_t count) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), index);
  if (error != std::errc{} || end != id.data() + id.size() || index >= count) return std::nullopt;
  return index;
}

failure read_entry_failure(const document::value& v) {
  failure f = entry_failure(v["Code"].text(), v["Message"].text());
  if (f.what == remedy::none && v["SenderFault"].what() == document::kind::boolean &&
      !v["SenderFault"].boolean())
    f.what = remedy::retry;
  return f;
}

/// An entry of which the answer says nothing may have gone or not.
failure unmentioned() {
  return entry_failure("InternalFailure", "the answer does not mention this entry");
}

bool is_intact(std::string_view body, std::string_view md5) {
  if (md5.empty()) return true;
  const std::string ours = md5_hex(body);
  return ours.empty() || ours == md5;
}

text_map read_texts(const document::value& map) {
  text_map texts;
  for (auto v = map.first(); v.present(); v = v.next()) texts.emplace(v.name(), v.text());
  return texts;
}

received_message read_message(const document::value& v) {
  received_message m;
  m.message_id = v["MessageId"].text();
  m.receipt_handle = v["ReceiptHandle"].text();
  m.body = v["Body"].text();
  m.md5_of_body = v["MD5OfBody"].text();
  m.attributes = read_texts(v["Attributes"]);
  for (auto a = v["MessageAttributes"].first(); a.present(); a = a.next())
    if (const auto text = a["StringValue"]; text.present())
      m.message_attributes.emplace(a.name(), text.text());
  return m;
}

}  // namespace

sqs_client::sqs_client(client transport)
    : transport_(std::move(transport)), document_(std::make_unique<document>()) {}

client& sqs_client::transport_for(const std::string& queue_url) {
  const auto& own = transport_.options();
  if (own.endpoint_is_chosen || queue_url.empty()) return transport_;
  const auto to = http::parse_origin(queue_url);
  if (!to || *to == own.endpoint) return transport_;
  const std::string place = (to->tls ? "https://" : "http://") + to->authority();
  const auto known = elsewhere_.find(place);
  if (known != elsewhere_.end()) return known->second;
  std::string region = region_of_queue_host(to->host);
  if (region.empty()) region = own.region;
  return elsewhere_.emplace(place, transport_.elsewhere(*to, std::move(region))).first->second;
}

call<http::response> sqs_client::ask(std::string queue_url,
                                     std::string_view operation,
                                     write_body write,
                                     int attempts,
                                     std::chrono::milliseconds call_ms) {
  std::string body;
  body_writer out(body, body_format::json);
  write(out);
  http::request r =
      make_operation("AmazonSQS", operation, "application/x-amz-json-1.0", std::move(body));
  r.headers.push_back({"x-amzn-query-mode", "true"});
  return transport_for(queue_url).send(std::move(r), attempts, call_ms);
}

std::optional<document::value> sqs_client::read(const http::response& answer) {
  if (!document_->parse_json(answer.body)) return std::nullopt;
  return document_->root();
}

call<std::vector<send_result>> sqs_client::send_message_batch(
    std::string queue_url, std::span<const outgoing_message> messages) {
  write_body write = [&](body_writer& out) {
    out.begin_map(2);
    out.text("QueueUrl", queue_url);
    out.key("Entries");
    out.begin_array(messages.size());
    for (std::size_t i = 0; i < messages.size(); ++i) write_message(out, i, messages[i]);
    out.end_array();
    out.end_map();
  };
  auto asking = ask(queue_url, "SendMessageBatch", std::move(write), 1);
  const auto answered = co_await std::move(asking);
  if (!answered) co_return answered.error();
  const auto root = read(*answered);
  if (!root) co_return malformed_answer();
  std::vector<send_result> results(messages.size());
  for (auto& r : results) r.error = unmentioned();
  for (auto v = (*root)["Successful"].first(); v.present(); v = v.next()) {
    const auto i = index_of(v["Id"].text(), results.size());
    if (!i) continue;
    results[*i].message_id = v["MessageId"].text();
    results[*i].error.reset();
    if (!is_intact(messages[*i].body, v["MD5OfMessageBody"].text()))
      results[*i].error =
          entry_failure("InternalFailure",
                        "the service confirmed another body than the one sent (MD5OfMessageBody)");
  }
  for (auto v = (*root)["Failed"].first(); v.present(); v = v.next())
    if (const auto i = index_of(v["Id"].text(), results.size()))
      results[*i].error = read_entry_failure(v);
  co_return results;
}

call<std::vector<received_message>> sqs_client::receive_message(receive_request what) {
  write_body write = [&](body_writer& out) {
    out.begin_map(6 + (what.visibility ? 1 : 0) + (what.attempt_id.empty() ? 0 : 1));
    out.text("QueueUrl", what.queue_url);
    out.integer("MaxNumberOfMessages", what.messages_max);
    out.integer("WaitTimeSeconds", what.wait.count());
    if (what.visibility) out.integer("VisibilityTimeout", what.visibility->count());
    if (!what.attempt_id.empty()) out.text("ReceiveRequestAttemptId", what.attempt_id);
    write_all(out, "AttributeNames");  // the older name, which some emulators know only
    write_all(out, "MessageSystemAttributeNames");
    write_all(out, "MessageAttributeNames");
    out.end_map();
  };
  const auto deadline = what.wait + transport_.options().call_ms_max;
  auto asking = ask(what.queue_url, "ReceiveMessage", std::move(write), 0, deadline);
  const auto answered = co_await std::move(asking);
  if (!answered) co_return answered.error();
  const auto root = read(*answered);
  if (!root) co_return malformed_answer();
  std::vector<received_message> messages;
  std::set<std::string, std::less<>> broken_groups;
  for (auto v = (*root)["Messages"].first(); v.present(); v = v.next()) {
    received_message m = read_message(v);
    const auto group = m.attributes.find("MessageGroupId");
    const bool grouped = group != m.attributes.end();
    if (grouped && broken_groups.contains(group->second)) continue;
    if (is_intact(m.body, m.md5_of_body)) {
      messages.push_back(std::move(m));
      continue;
    }
    if (grouped) broken_groups.insert(group->second);
    telemetry::log(
        telemetry::level::warning,
        "aws",
        "sqs: message {} came with a body that does not have its MD5; it is left to come "
        "again{}",
        m.message_id,
        grouped ? ", with those behind it of its group" : "");
  }
  co_return messages;
}

call<entry_failures> sqs_client::ask_in_tens(std::string queue_url,
                                             std::string_view operation,
                                             std::size_t count,
                                             write_entry write) {
  entry_failures failures;
  for (std::size_t begin = 0; begin < count; begin += messages_per_batch_max) {
    const std::size_t size = std::min(messages_per_batch_max, count - begin);
    write_body write_some = [&](body_writer& out) {
      out.begin_map(2);
      out.text("QueueUrl", queue_url);
      out.key("Entries");
      out.begin_array(size);
      for (std::size_t i = 0; i < size; ++i) write(out, std::to_string(i), begin + i);
      out.end_array();
      out.end_map();
    };
    auto asking = ask(queue_url, operation, std::move(write_some));
    const auto answered = co_await std::move(asking);
    if (!answered) co_return answered.error();
    const auto root = read(*answered);
    if (!root) co_return malformed_answer();
    for (auto v = (*root)["Failed"].first(); v.present(); v = v.next())
      if (const auto i = index_of(v["Id"].text(), size))
        failures.emplace_back(begin + *i, read_entry_failure(v));
  }
  co_return failures;
}

call<entry_failures> sqs_client::delete_message_batch(std::string queue_url,
                                                      std::vector<std::string> receipt_handles) {
  write_entry write = [&](body_writer& out, std::string_view id, std::size_t index) {
    out.begin_map(2);
    out.text("Id", id);
    out.text("ReceiptHandle", receipt_handles[index]);
    out.end_map();
  };
  auto asking = ask_in_tens(
      std::move(queue_url), "DeleteMessageBatch", receipt_handles.size(), std::move(write));
  co_return co_await std::move(asking);
}

call<entry_failures> sqs_client::change_message_visibility_batch(
    std::string queue_url, std::vector<visibility_change> changes) {
  write_entry write = [&](body_writer& out, std::string_view id, std::size_t index) {
    out.begin_map(3);
    out.text("Id", id);
    out.text("ReceiptHandle", changes[index].receipt_handle);
    out.integer("VisibilityTimeout", changes[index].hidden_for.count());
    out.end_map();
  };
  auto asking = ask_in_tens(
      std::move(queue_url), "ChangeMessageVisibilityBatch", changes.size(), std::move(write));
  co_return co_await std::move(asking);
}

call<std::string> sqs_client::create_queue(std::string name,
                                           std::map<std::string, std::string> attributes) {
  write_body write = [&](body_writer& out) {
    out.begin_map(attributes.empty() ? 1 : 2);
    out.text("QueueName", name);
    if (!attributes.empty()) write_texts(out, "Attributes", attributes);
    out.end_map();
  };
  auto asking = ask({}, "CreateQueue", std::move(write));
  const auto answered = co_await std::move(asking);
  if (!answered) co_return answered.error();
  const auto root = read(*answered);
  if (!root || (*root)["QueueUrl"].text().empty()) co_return malformed_answer();
  co_return std::string((*root)["QueueUrl"].text());
}

call<std::string> sqs_client::get_queue_url(std::string name) {
  write_body write = [&](body_writer& out) {
    out.begin_map(1);
    out.text("QueueName", name);
    out.end_map();
  };
  auto asking = ask({}, "GetQueueUrl", std::move(write));
  const auto answered = co_await std::move(asking);
  if (!answered) co_return answered.error();
  const auto root = read(*answered);
  if (!root || (*root)["QueueUrl"].text().empty()) co_return malformed_answer();
  co_return std::string((*root)["QueueUrl"].text());
}

call<std::map<std::string, std::string>> sqs_client::get_queue_attributes(std::string queue_url) {
  write_body write = [&](body_writer& out) {
    out.begin_map(2);
    out.text("QueueUrl", queue_url);
    write_all(out, "AttributeNames");
    out.end_map();
  };
  auto asking = ask(queue_url, "GetQueueAttributes", std::move(write));
  const auto answered = co_await std::move(asking);
  if (!answered) co_return answered.error();
  const auto root = read(*answered);
  if (!root) co_return malformed_answer();
  co_return read_texts((*root)["Attributes"]);
}

call<nothing> sqs_client::set_queue_attributes(std::string queue_url,
                                               std::map<std::string, std::string> attributes) {
  write_body write = [&](body_writer& out) {
    out.begin_map(2);
    out.text("QueueUrl", queue_url);
    write_texts(out, "Attributes", attributes);
    out.end_map();
  };
  auto asking = ask(queue_url, "SetQueueAttributes", std::move(write));
  const auto answered = co_await std::move(asking);
  if (!answered) co_return answered.error();
  co_return nothing{};
}

}  // namespace tidewire::aws
