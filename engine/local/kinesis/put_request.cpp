#include "local/kinesis/put_request.hpp"

#include "base/base64.hpp"
#include "local/wire/cbor.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <cstdint>

namespace tidewire::local {
namespace {

using parsed = boost::system::result<put_request, api_error>;

/// Keeps a text that the reader put together from chunks, which would go away with the reader.
std::string_view kept(put_request& out, std::string_view body, std::string_view text) {
  const bool inside =
      text.data() >= body.data() && text.data() + text.size() <= body.data() + body.size();
  return inside ? text : std::string_view(out.decoded.emplace_back(text));
}

bool read_text(cbor::reader& in,
               put_request& out,
               std::string_view body,
               std::string_view& text,
               bool& present) {
  cbor::item value;
  if (!in.next_untagged(value)) return false;
  if (value.what == cbor::kind::null) return true;
  if (value.what != cbor::kind::text) return false;
  text = kept(out, body, value.text);
  present = true;
  return true;
}

bool read_blob(cbor::reader& in,
               put_request& out,
               std::string_view body,
               std::string_view& bytes,
               bool& present) {
  cbor::item value;
  if (!in.next_untagged(value)) return false;
  if (value.what == cbor::kind::null) return true;
  if (value.what != cbor::kind::bytes) return false;
  bytes = kept(out, body, value.text);
  present = true;
  return true;
}

/// Takes `expected` off the front, if it is there.
bool take(std::string_view& rest, std::string_view expected) noexcept {
  if (!rest.starts_with(expected)) return false;
  rest.remove_prefix(expected.size());
  return true;
}

/// Takes a string of a major type whose length is told in up to two bytes behind its head, or in
/// it.
bool take_string(std::string_view& rest, unsigned major, std::string_view& out) noexcept {
  constexpr std::size_t head_bytes_max = 3;
  if (rest.size() < head_bytes_max) return false;
  const auto byte = [&](std::size_t i) -> std::size_t {
    return static_cast<unsigned char>(rest[i]);
  };
  if (byte(0) >> 5U != major) return false;
  const std::size_t low = byte(0) & 31U;
  if (low > 25) return false;
  const std::size_t head_size = low < 24 ? 1 : low - 22;
  const std::size_t size = low < 24 ? low : low == 24 ? byte(1) : byte(1) << 8U | byte(2);
  if (rest.size() - head_size < size) return false;
  out = rest.substr(head_size, size);
  rest.remove_prefix(head_size + size);
  return true;
}

/// Reads {Data, PartitionKey} as clients write it: in one piece, with the shortest heads.
/// \return false, and nothing is read, if it is written in any other way, well or not.
bool read_usual_entry(cbor::reader& in, put_request& out) {
  // A map of two; texts of 4 and of 12 bytes.
  constexpr std::string_view map_of_two = "\xa2", data_name = "dData", key_name = "lPartitionKey";
  std::string_view rest = in.rest();
  if (!take(rest, map_of_two)) return false;
  put_entry entry;
  for (int i = 0; i < 2; ++i) {
    if (take(rest, data_name)) {
      if (!take_string(rest, 2, entry.data)) return false;
      entry.has_data = true;
    } else if (take(rest, key_name)) {
      if (!take_string(rest, 3, entry.partition_key)) return false;
      entry.has_partition_key = true;
    } else {
      return false;
    }
  }
  if (!entry.has_data || !entry.has_partition_key) return false;
  in.continue_at(rest);
  out.entries.push_back(entry);
  return true;
}

bool read_entry(cbor::reader& in, put_request& out, std::string_view body) {
  if (read_usual_entry(in, out)) return true;
  cbor::item map;
  if (!in.next_untagged(map) || map.what != cbor::kind::map) return false;
  put_entry entry;
  for (;;) {
    const auto more = in.another(map);
    if (!more) return false;
    if (!*more) break;
    cbor::item name;
    if (!in.next_untagged(name) || name.what != cbor::kind::text) return false;
    bool good = false;
    if (name.text == "Data")
      good = read_blob(in, out, body, entry.data, entry.has_data);
    else if (name.text == "PartitionKey")
      good = read_text(in, out, body, entry.partition_key, entry.has_partition_key);
    else if (name.text == "ExplicitHashKey")
      good = read_text(in, out, body, entry.explicit_hash_key, entry.has_explicit_hash_key);
    else
      good = in.skip();
    if (!good) return false;
  }
  out.entries.push_back(entry);
  return true;
}

bool read_entries(cbor::reader& in, put_request& out, std::string_view body) {
  cbor::item list;
  if (!in.next_untagged(list)) return false;
  if (list.what == cbor::kind::null) return true;
  if (list.what != cbor::kind::array) return false;
  out.has_records = true;
  if (!list.indefinite) out.entries.reserve(std::min<std::uint64_t>(list.value, put_entries_max));
  for (;;) {
    const auto more = in.another(list);
    if (!more) return false;
    if (!*more) return true;
    if (!read_entry(in, out, body)) return false;
  }
}

bool read_put_request(cbor::reader& in, put_request& out, std::string_view body) {
  cbor::item map;
  if (!in.next_untagged(map) || map.what != cbor::kind::map) return false;
  for (;;) {
    const auto more = in.another(map);
    if (!more) return false;
    if (!*more) return in.at_end();
    cbor::item name;
    if (!in.next_untagged(name) || name.what != cbor::kind::text) return false;
    bool good = false;
    bool present = false;
    std::string_view text;
    if (name.text == "Records") {
      good = read_entries(in, out, body);
    } else if (name.text == "StreamName") {
      good = read_text(in, out, body, text, out.has_stream_name);
      out.stream_name = text;
    } else if (name.text == "StreamARN") {
      good = read_text(in, out, body, text, present);
      out.stream_arn = text;
    } else {
      good = in.skip();
    }
    if (!good) return false;
  }
}

parsed parse_cbor(std::string_view body) {
  put_request out;
  cbor::reader in(body);
  if (!read_put_request(in, out, body)) return unreadable_body();
  return out;
}

/// \return false if the member is there and not text.
bool take_text(const boost::json::object& from,
               std::string_view name,
               std::string_view& text,
               bool& present) {
  const auto* const value = from.if_contains(name);
  if (value == nullptr || value->is_null()) return true;
  if (!value->is_string()) return false;
  text = value->get_string();
  present = true;
  return true;
}

bool take_entry(const boost::json::value& from, put_request& out) {
  const auto* const object = from.if_object();
  if (object == nullptr) return false;
  put_entry entry;
  std::string_view data;
  std::string_view key;
  std::string_view hash;
  if (!take_text(*object, "Data", data, entry.has_data) ||
      !take_text(*object, "PartitionKey", key, entry.has_partition_key) ||
      !take_text(*object, "ExplicitHashKey", hash, entry.has_explicit_hash_key))
    return false;
  auto bytes = from_base64(data);
  if (!bytes) return false;
  entry.data = out.decoded.emplace_back(std::move(*bytes));
  entry.partition_key = out.decoded.emplace_back(key);
  entry.explicit_hash_key = out.decoded.emplace_back(hash);
  out.entries.push_back(entry);
  return true;
}

parsed parse_json(std::string_view body) {
  boost::json::monotonic_resource memory(body.size() + 4096);
  boost::system::error_code error;
  const auto document = boost::json::parse(body, error, &memory);
  if (error || !document.is_object()) return unreadable_body();
  const auto& members = document.get_object();
  put_request out;
  std::string_view name;
  std::string_view arn;
  bool has_arn = false;
  if (!take_text(members, "StreamName", name, out.has_stream_name) ||
      !take_text(members, "StreamARN", arn, has_arn))
    return unreadable_body("StreamName and StreamARN must be strings.");
  out.stream_name = name;
  out.stream_arn = arn;
  const auto* const records = members.if_contains("Records");
  if (records == nullptr || records->is_null()) return out;
  if (!records->is_array()) return unreadable_body("Records must be a list.");
  out.has_records = true;
  for (const auto& record : records->get_array())
    if (!take_entry(record, out))
      return unreadable_body("A record must have Data in base64 and a PartitionKey.");
  return out;
}

}  // namespace

parsed parse_put_records(body_format format, std::string_view body) {
  return format == body_format::cbor ? parse_cbor(body) : parse_json(body);
}

}  // namespace tidewire::local
