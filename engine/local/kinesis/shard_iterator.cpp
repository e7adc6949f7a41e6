#include "local/kinesis/shard_iterator.hpp"

#include "base/base64.hpp"
#include "base/cursor.hpp"
#include "local/call/digest.hpp"

namespace tidewire::local {
namespace {

constexpr std::size_t seal_size = 16;

void append_big(std::string& out, std::uint64_t value, unsigned size) {
  for (unsigned i = size; i-- > 0;) out.push_back(static_cast<char>(value >> (8U * i) & 0xffU));
}

/// Not a secret: it only tells what we wrote from what somebody made up or cut short.
std::string seal(std::string_view bytes) {
  return std::string(as_view(md5("shard iterator " + std::string(bytes))));
}

}  // namespace

std::string write_iterator(const shard_position& position) {
  std::string bytes;
  append_big(bytes, static_cast<std::uint64_t>(position.stream_created_ms), 8);
  append_big(bytes, position.shard, 4);
  append_big(bytes, position.index, 8);
  append_big(bytes, static_cast<std::uint64_t>(position.issued_ms), 8);
  bytes.append(position.stream);
  return to_base64(seal(bytes) + bytes);
}

std::optional<shard_position> read_iterator(std::string_view text) {
  const auto whole = from_base64(text);
  if (!whole || whole->size() < seal_size) return std::nullopt;
  const auto bytes = std::string_view(*whole).substr(seal_size);
  if (seal(bytes) != std::string_view(*whole).substr(0, seal_size)) return std::nullopt;
  shard_position position;
  cursor in(bytes);
  if (!in.read_big(position.stream_created_ms) || !in.read_big(position.shard) ||
      !in.read_big(position.index) || !in.read_big(position.issued_ms))
    return std::nullopt;
  position.stream = in.rest();
  return position;
}

}  // namespace tidewire::local
