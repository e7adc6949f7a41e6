#include "local/eventbridge/outbox.hpp"

#include "base/clock.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value_to.hpp>

#include <algorithm>
#include <utility>

namespace tidewire::local {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds backoff_first{1};
constexpr std::chrono::seconds backoff_max{60};
constexpr const char* too_many_retries = "MaximumRetryAttempts";
constexpr const char* too_old = "MaximumEventAgeInSeconds";

std::chrono::seconds backoff_after(std::int64_t retries) {
  return retries >= 6 ? backoff_max
                      : std::min(backoff_max, backoff_first * (std::int64_t{1} << retries));
}

json::object message_as_json(const queue_message& message) {
  return {{"body", message.body},
          {"group", message.group_id},
          {"deduplication", message.deduplication_id}};
}

std::string text_of(const json::object& in, std::string_view name) {
  const auto* const value = in.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string{};
}

std::int64_t number_of(const json::object& in, std::string_view name) {
  const auto* const value = in.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

delivery_outbox::time_point time_of(const json::object& in, std::string_view name) {
  return delivery_outbox::time_point(std::chrono::milliseconds(number_of(in, name)));
}

}  // namespace

void delivery_outbox::deliver(delivery what, time_point now) {
  waiting_delivery w{
      .what = std::move(what), .first_tried = now, .due = now, .retries = 0, .last = {}};
  w.last = queues_.send(w.what.queue_arn, w.what.message, now);
  if (w.last.sent) return;
  ++revision_;
  if (w.what.retries.attempts_max == 0) return give_up(w, too_many_retries, now);
  w.due = now + backoff_after(0);
  waiting_bytes_ += w.what.message.body.size();
  waiting_.push_back(std::move(w));
  while (waiting_bytes_ > bytes_max) {
    waiting_bytes_ -= waiting_.front().what.message.body.size();
    give_up(waiting_.front(), too_old, now);
    waiting_.pop_front();
  }
}

void delivery_outbox::tick(time_point now) {
  const auto done = [&](waiting_delivery& w) {
    if (w.due > now || !try_again(w, now)) return false;
    waiting_bytes_ -= w.what.message.body.size();
    return true;
  };
  std::erase_if(waiting_, done);
}

bool delivery_outbox::try_again(waiting_delivery& w, time_point now) {
  ++revision_;
  ++w.retries;
  w.last = queues_.send(w.what.queue_arn, w.what.message, now);
  if (w.last.sent) return true;
  w.due = now + backoff_after(w.retries);
  const bool enough = w.retries >= w.what.retries.attempts_max;
  if (!enough && w.due - w.first_tried <= w.what.retries.age_max) return false;
  give_up(w, enough ? too_many_retries : too_old, now);
  return true;
}

void delivery_outbox::give_up(const waiting_delivery& w, const char* condition, time_point now) {
  if (w.what.dead_letter_arn.empty()) return;
  queue_message dead{.body = w.what.message.body};
  dead.attributes = {{"RULE_ARN", w.what.rule_arn},
                     {"TARGET_ARN", w.what.queue_arn},
                     {"ERROR_CODE", w.last.error_code},
                     {"ERROR_MESSAGE", w.last.error_message},
                     {"EXHAUSTED_RETRY_CONDITION", condition},
                     {"RETRY_ATTEMPTS", std::to_string(w.retries)}};
  // SQS takes no empty attribute.
  std::erase_if(dead.attributes, [](const auto& attribute) { return attribute.second.empty(); });
  queues_.send(w.what.dead_letter_arn, dead, now);
}

json::array delivery_outbox::state() const {
  json::array out;
  for (const waiting_delivery& w : waiting_) {
    out.push_back(
        json::object{{"message", message_as_json(w.what.message)},
                     {"queue", w.what.queue_arn},
                     {"rule", w.what.rule_arn},
                     {"attempts_max", w.what.retries.attempts_max},
                     {"age_max", static_cast<std::int64_t>(w.what.retries.age_max.count())},
                     {"dead_letters", w.what.dead_letter_arn},
                     {"first_tried", unix_ms(w.first_tried)},
                     {"due", unix_ms(w.due)},
                     {"retries", w.retries},
                     {"error_code", w.last.error_code},
                     {"error_message", w.last.error_message}});
  }
  return out;
}

void delivery_outbox::restore(const json::array& state) {
  for (const auto& value : state) {
    const auto* const in = value.if_object();
    if (in == nullptr) continue;
    waiting_delivery w;
    if (const auto* const message = in->if_contains("message");
        message != nullptr && message->is_object()) {
      const auto& m = message->get_object();
      w.what.message = {.body = text_of(m, "body"),
                        .group_id = text_of(m, "group"),
                        .deduplication_id = text_of(m, "deduplication")};
    }
    w.what.queue_arn = text_of(*in, "queue");
    w.what.rule_arn = text_of(*in, "rule");
    w.what.retries = {.attempts_max = number_of(*in, "attempts_max"),
                      .age_max = std::chrono::seconds(number_of(*in, "age_max"))};
    w.what.dead_letter_arn = text_of(*in, "dead_letters");
    w.first_tried = time_of(*in, "first_tried");
    w.due = time_of(*in, "due");
    w.retries = number_of(*in, "retries");
    w.last = {.sent = false,
              .error_code = text_of(*in, "error_code"),
              .error_message = text_of(*in, "error_message")};
    waiting_bytes_ += w.what.message.body.size();
    waiting_.push_back(std::move(w));
  }
}

}  // namespace tidewire::local
