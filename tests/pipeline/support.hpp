#pragma once

#include "pipeline/batch.hpp"
#include "pipeline/lanes.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace tidewire::pipeline::testing {

/// Appends a record whose key is the number `key` and whose value is `value`.
inline void append(batch& b,
                   const event::stream& destination,
                   std::uint64_t key,
                   std::string_view value) {
  event::record r;
  r.destination = &destination;
  r.key_hash = key;
  r.has_key = true;
  const std::string text = std::to_string(key);
  r.key_offset = static_cast<std::uint32_t>(b.content.bytes.size());
  r.key_size = static_cast<std::uint32_t>(text.size());
  b.content.bytes.append(text);
  r.value_offset = static_cast<std::uint32_t>(b.content.bytes.size());
  r.value_size = static_cast<std::uint32_t>(value.size());
  b.content.bytes.append(value);
  b.content.records.push_back(r);
}

/// Makes the record that was appended last one of a table of which nothing but inserts can come.
inline void share_requests(batch& b) {
  b.content.records.back().has_key = false;
  b.content.records.back().order = event::keyless_order::request;
}

// What the tests of the lanes share: a stream, a time, and requests as texts.

inline const event::stream orders{.index = 0, .name = "orders"};
inline constexpr lanes::time_point start{};
inline constexpr lanes::limits wide{};

/// The keys of the next request, as one text; "-" if there is none.
struct taken {
  lanes::request request;
  std::string keys;
};

inline taken take(lanes& l, lanes::time_point now = start, const lanes::limits& within = wide) {
  taken out;
  if (!l.take(now, within, out.request)) {
    out.keys = "-";
    return out;
  }
  for (const record_state* r : out.request.records) {
    if (!out.keys.empty()) out.keys += ' ';
    out.keys += r->key();
    out.keys += r->value();
  }
  return out;
}

inline void succeed(lanes& l, const taken& t) {
  for (record_state* r : t.request.records) l.durable(*r);
  l.request_done(*t.request.destination, {});
}

/// Records by key and a letter that tells them apart: "1a 2b 1c".
inline void fill(batch& b,
                 std::initializer_list<std::pair<std::uint64_t, std::string_view>> records,
                 const event::stream& destination = orders) {
  for (const auto& [key, value] : records) append(b, destination, key, value);
}

}  // namespace tidewire::pipeline::testing
