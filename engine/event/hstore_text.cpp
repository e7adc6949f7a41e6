#include "event/hstore_text.hpp"

#include "event/java_text.hpp"

#include <algorithm>

namespace tidewire::event {
namespace {

/// Reads a quoted word and appends it, unescaped.
bool read_quoted(std::string_view& text, byte_buffer& out) {
  if (!text.starts_with('"')) return false;
  text.remove_prefix(1);
  while (!text.empty() && text.front() != '"') {
    if (text.front() == '\\') text.remove_prefix(1);
    if (text.empty()) return false;
    out.push_back(text.front());
    text.remove_prefix(1);
  }
  if (text.empty()) return false;
  text.remove_prefix(1);
  return true;
}

bool read_pair(std::string_view& text, hstore_pairs& out) {
  hstore_pair pair;
  pair.key_offset = out.bytes.size();
  if (!read_quoted(text, out.bytes) || !text.starts_with("=>")) return false;
  text.remove_prefix(2);
  pair.key_size = out.bytes.size() - pair.key_offset;
  pair.value_offset = out.bytes.size();
  pair.value_is_null = text.starts_with("NULL");
  if (pair.value_is_null) {
    text.remove_prefix(4);
  } else if (!read_quoted(text, out.bytes)) {
    return false;
  }
  pair.value_size = out.bytes.size() - pair.value_offset;
  out.pairs.push_back(pair);
  return true;
}

}  // namespace

bool parse_hstore(std::string_view text, hstore_pairs& out) {
  out.bytes.clear();
  out.pairs.clear();
  while (!text.empty()) {
    if (!out.pairs.empty()) {
      if (!text.starts_with(", ")) return false;
      text.remove_prefix(2);
    }
    if (!read_pair(text, out)) return false;
  }
  return true;
}

void order_like_java_map(hstore_pairs& pairs) {
  const std::size_t buckets = java_map_buckets(pairs.pairs.size());
  for (hstore_pair& pair : pairs.pairs)
    pair.hash = java_map_bucket(java_string_hash(pairs.key(pair)), buckets);
  // Keys are unique and the text lists them in the order of insertion, so their places break ties.
  std::sort(pairs.pairs.begin(), pairs.pairs.end(), [](const hstore_pair& a, const hstore_pair& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.key_offset < b.key_offset;
  });
}

}  // namespace tidewire::event
