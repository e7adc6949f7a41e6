#include "local/store/journal.hpp"

#include "base/cursor.hpp"
#include "local/kinesis/service.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

/// Two kinds of entries: `S`, all streams and shards as JSON, whenever one changed; `R`, one
/// record:
///   length of the stream's name, 1 byte | name | shard, 4 bytes | arrival in ms, 8 bytes | length
///   of the key, 2 bytes | key | data
namespace tidewire::local {
namespace {

namespace json = boost::json;

constexpr char streams_kind = 'S';
constexpr char record_kind = 'R';

void append_big(std::string& out, std::uint64_t value, unsigned size) {
  for (unsigned i = size; i-- > 0;) out.push_back(static_cast<char>(value >> (8U * i) & 0xffU));
}

json::value number_or_null(const std::optional<std::uint32_t>& number) {
  return number ? json::value(*number) : json::value(nullptr);
}

json::object shard_as_json(const shard& one) {
  json::array children;
  for (const auto child : one.children) children.emplace_back(child);
  return {{"number", one.number()},
          {"first_key", to_string(one.first_key)},
          {"last_key", to_string(one.last_key)},
          {"created_ms", one.created_ms()},
          {"closed_ms", one.closed_ms() ? json::value(*one.closed_ms()) : json::value(nullptr)},
          {"parent", number_or_null(one.parent)},
          {"adjacent_parent", number_or_null(one.adjacent_parent)},
          {"children", std::move(children)},
          {"first_index", one.records.first_index()}};
}

std::optional<std::uint32_t> read_number(const json::value& value) {
  if (value.is_null()) return std::nullopt;
  return value.to_number<std::uint32_t>();
}

void read_shard(const json::object& from, kinesis_stream& stream) {
  const auto number = from.at("number").to_number<std::uint32_t>();
  shard* one = stream.find_shard(number);
  if (one == nullptr) {
    const auto first = parse_hash_key(from.at("first_key").as_string());
    const auto last = parse_hash_key(from.at("last_key").as_string());
    stream.shards.push_back(
        std::make_unique<shard>(number,
                                first.value(),
                                last.value(),
                                from.at("created_ms").to_number<std::int64_t>(),
                                from.at("first_index").to_number<std::uint64_t>()));
    one = stream.shards.back().get();
  }
  one->parent = read_number(from.at("parent"));
  one->adjacent_parent = read_number(from.at("adjacent_parent"));
  one->children.clear();
  for (const auto& child : from.at("children").as_array())
    one->children.push_back(child.to_number<std::uint32_t>());
  if (!from.at("closed_ms").is_null()) one->close(from.at("closed_ms").to_number<std::int64_t>());
}

}  // namespace

json::object kinesis_service::streams_as_json() const {
  json::object out;
  for (const auto& [name, stream] : streams_) {
    json::object tags;
    for (const auto& [key, value] : stream->tags) tags[key] = value;
    json::array shards;
    for (const auto& one : stream->shards) shards.push_back(shard_as_json(*one));
    out[name] = {{"stream_id", stream->stream_id},
                 {"created_ms", stream->created_ms},
                 {"retention_hours", stream->retention_hours},
                 {"record_kib_max", stream->record_kib_max},
                 {"on_demand", stream->on_demand},
                 {"tags", std::move(tags)},
                 {"shards", std::move(shards)}};
  }
  return out;
}

/// Streams that are not named are gone; shards that are known keep their records.
void kinesis_service::streams_from_json(const json::object& all) {
  std::erase_if(streams_, [&](const auto& known) {
    const auto* const now = all.if_contains(known.first);
    return now == nullptr ||
           now->at("created_ms").template to_number<std::int64_t>() != known.second->created_ms;
  });
  for (const auto& [name, value] : all) {
    const auto& from = value.as_object();
    auto& stream = streams_[name];
    if (!stream) stream = std::make_unique<kinesis_stream>();
    stream->name = name;
    stream->stream_id = from.at("stream_id").as_string();
    stream->created_ms = from.at("created_ms").to_number<std::int64_t>();
    stream->retention_hours = from.at("retention_hours").to_number<std::int64_t>();
    stream->record_kib_max = from.at("record_kib_max").to_number<std::int64_t>();
    stream->on_demand = from.at("on_demand").as_bool();
    stream->tags.clear();
    for (const auto& [key, tag] : from.at("tags").as_object()) stream->tags[key] = tag.as_string();
    for (const auto& one : from.at("shards").as_array()) read_shard(one.as_object(), *stream);
    stream->reindex();
  }
}

void kinesis_service::record_from_journal(std::string_view payload) {
  cursor in(payload);
  std::uint8_t name_size = 0;
  std::uint32_t number = 0;
  std::int64_t arrival_ms = 0;
  std::uint16_t key_size = 0;
  std::string_view name;
  std::string_view key;
  if (!in.read_big(name_size) || !in.read_bytes(name_size, name) || !in.read_big(number) ||
      !in.read_big(arrival_ms) || !in.read_big(key_size) || !in.read_bytes(key_size, key))
    return;
  const auto stream = streams_.find(name);
  if (stream == streams_.end()) return;
  if (shard* const home = stream->second->find_shard(number)) {
    home->records.append(key, in.rest(), arrival_ms);
    stored_bytes_ += key.size() + in.remaining();
    if (how_.bytes_max != 0 && stored_bytes_ > how_.bytes_max) make_room(home->records);
  }
}

void kinesis_service::replay(char kind, std::string_view payload) {
  if (kind == record_kind) record_from_journal(payload);
  if (kind == streams_kind) streams_from_json(json::parse(payload).as_object());
}

void kinesis_service::streams_changed() {
  if (journal_ != nullptr) journal_->append(streams_kind, json::serialize(streams_as_json()));
}

void kinesis_service::write_record(const kinesis_stream& stream,
                                   const shard& home,
                                   const record_view& record) {
  journal_entry_.clear();
  append_big(journal_entry_, stream.name.size(), 1);
  journal_entry_.append(stream.name);
  append_big(journal_entry_, home.number(), 4);
  append_big(journal_entry_, static_cast<std::uint64_t>(record.arrival_ms), 8);
  append_big(journal_entry_, record.partition_key.size(), 2);
  journal_entry_.append(record.partition_key).append(record.data);
  journal_->append(record_kind, journal_entry_);
}

void kinesis_service::rewrite_journal() {
  journal_->begin_rewrite();
  streams_changed();
  for (const auto& [name, stream] : streams_)
    for (const auto& one : stream->shards)
      for (std::uint64_t i = one->records.first_index(); i < one->records.end_index(); ++i)
        write_record(*stream, *one, one->records.at(i));
  journal_->end_rewrite();
}

void kinesis_service::keep_in(journal& file) {
  journal_ = &file;
  rewrite_journal();
}

}  // namespace tidewire::local
