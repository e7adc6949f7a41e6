#include "local/store/journal.hpp"

#include "base/clock.hpp"
#include "local/sqs/service.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

/// Four kinds of entries, all JSON: `Q`, all queues without their messages, whenever one changed;
/// `M`, a message that was sent; `V`, a message received or hidden anew; `D`, a message that is
/// gone.
namespace tidewire::local {
namespace {

namespace json = boost::json;

constexpr char queues_kind = 'Q';
constexpr char message_kind = 'M';
constexpr char moved_kind = 'V';
constexpr char gone_kind = 'D';

std::string text(const json::value& value) {
  return std::string(value.as_string());
}
std::int64_t number(const json::value& value) {
  return value.to_number<std::int64_t>();
}

json::object delivery_of(const std::string& queue,
                         std::uint64_t place,
                         const sqs_message& m,
                         std::int64_t visible_ms) {
  return {{"queue", queue},
          {"place", place},
          {"first_ms", m.first_received_ms},
          {"received_ms", m.received_ms},
          {"count", m.receive_count},
          {"receipt", m.receipt},
          {"visible_ms", visible_ms}};
}

void read_delivery(const json::object& from, sqs_message& m) {
  m.first_received_ms = number(from.at("first_ms"));
  m.received_ms = number(from.at("received_ms"));
  m.receive_count = number(from.at("count"));
  m.receipt = from.at("receipt").to_number<std::uint64_t>();
}

sqs_message message_from(const json::object& from) {
  sqs_message m;
  m.id = text(from.at("id"));
  m.body = text(from.at("body"));
  m.attributes = from.at("attributes").as_object();
  m.system_attributes = from.at("system_attributes").as_object();
  m.group_id = text(from.at("group_id"));
  m.deduplication_id = text(from.at("deduplication_id"));
  m.sequence_number = text(from.at("sequence_number"));
  m.dead_letter_source = text(from.at("dead_letter_source"));
  m.sender_id = text(from.at("sender_id"));
  m.sent_ms = number(from.at("sent_ms"));
  read_delivery(from, m);
  return m;
}

}  // namespace

void sqs_service::queues_changed() {
  if (journal_ == nullptr) return;
  json::object all;
  for (const auto& [name, q] : queues_) {
    json::object attributes;
    for (const auto& [key, value] : q->attributes) attributes[key] = value;
    json::object tags;
    for (const auto& [key, value] : q->tags) tags[key] = value;
    all[name] = {{"fifo", q->messages.fifo()},
                 {"attributes", std::move(attributes)},
                 {"tags", std::move(tags)},
                 {"created_s", q->created_s},
                 {"modified_s", q->modified_s}};
  }
  journal_->append(queues_kind, json::serialize(all));
}

void sqs_service::queues_from_json(const json::object& all) {
  std::erase_if(queues_, [&](const auto& known) {
    const auto* const now = all.if_contains(known.first);
    return now == nullptr || number(now->at("created_s")) != known.second->created_s;
  });
  for (const auto& [name, value] : all) {
    const auto& from = value.as_object();
    auto& q = queues_[name];
    if (!q) q = std::make_unique<queue>(std::string(name), from.at("fifo").as_bool());
    q->attributes.clear();
    for (const auto& [key, attribute] : from.at("attributes").as_object())
      q->attributes[key] = text(attribute);
    q->settings = settings_of(q->attributes);
    q->tags.clear();
    for (const auto& [key, tag] : from.at("tags").as_object()) q->tags[key] = text(tag);
    q->created_s = number(from.at("created_s"));
    q->modified_s = number(from.at("modified_s"));
  }
}

void sqs_service::message_stored(const queue& q, std::uint64_t place, const sqs_message& m) {
  if (journal_ == nullptr) return;
  json::object out = delivery_of(q.name, place, m, q.messages.visible_ms(place));
  out["id"] = m.id;
  out["body"] = m.body;
  out["attributes"] = m.attributes;
  out["system_attributes"] = m.system_attributes;
  out["group_id"] = m.group_id;
  out["deduplication_id"] = m.deduplication_id;
  out["sequence_number"] = m.sequence_number;
  out["dead_letter_source"] = m.dead_letter_source;
  out["sender_id"] = m.sender_id;
  out["sent_ms"] = m.sent_ms;
  journal_->append(message_kind, json::serialize(out));
}

void sqs_service::message_moved(const queue& q, std::uint64_t place, const sqs_message& m) {
  if (journal_ != nullptr)
    journal_->append(moved_kind,
                     json::serialize(delivery_of(q.name, place, m, q.messages.visible_ms(place))));
}

void sqs_service::message_gone(const queue& q, std::uint64_t place) {
  if (journal_ != nullptr)
    journal_->append(gone_kind, json::serialize(json::object{{"queue", q.name}, {"place", place}}));
}

void sqs_service::replay(char kind, std::string_view payload, time_point now) {
  const auto document = json::parse(json::string_view(payload));
  const auto& from = document.as_object();
  if (kind == queues_kind) {
    queues_from_json(from);
    return;
  }
  const auto known = queues_.find(std::string_view(from.at("queue").as_string()));
  if (known == queues_.end()) return;
  queue& q = *known->second;
  const auto place = from.at("place").to_number<std::uint64_t>();
  if (kind == gone_kind) {
    q.messages.remove(place);
    return;
  }
  const std::int64_t now_ms = unix_ms(now);
  if (kind == message_kind) {
    sqs_message m = message_from(from);
    if (q.messages.fifo()) q.messages.remember(m, q.settings);
    const bool was_received = m.receive_count > 0;
    q.messages.restore(place, std::move(m), number(from.at("visible_ms")), was_received, now_ms);
  } else if (kind == moved_kind) {
    auto m = q.messages.remove(place);
    if (!m) return;
    read_delivery(from, *m);
    q.messages.restore(place, std::move(*m), number(from.at("visible_ms")), true, now_ms);
  }
}

void sqs_service::rewrite_journal() {
  journal_->begin_rewrite();
  queues_changed();
  for (const auto& [name, q] : queues_)
    q->messages.each(
        [&](std::uint64_t place, const sqs_message& m) { message_stored(*q, place, m); });
  journal_->end_rewrite();
}

void sqs_service::keep_in(journal& file) {
  journal_ = &file;
  rewrite_journal();
}

}  // namespace tidewire::local
