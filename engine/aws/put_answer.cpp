#include "aws/put_answer.hpp"

#include "aws/cbor.hpp"

#include <cstddef>
#include <cstdint>

namespace tidewire::aws {
namespace {

constexpr std::uint8_t text = 0x60;            // and the size, up to 23 bytes
constexpr std::uint8_t text_of_a_byte = 0x78;  // the size is the next byte
constexpr char null = '\xF6';

/// Steps over a text at the front of `in`.
bool take_text(std::string_view& in, std::string_view& out) noexcept {
  if (in.size() < 2) return false;
  const auto first = static_cast<std::uint8_t>(in[0]);
  if (first < text || first > text_of_a_byte) return false;
  const bool is_short = first < text_of_a_byte;
  const std::size_t head = is_short ? 1 : 2;
  const std::size_t size = is_short ? first - text : static_cast<std::uint8_t>(in[1]);
  if (in.size() - head < size) return false;
  out = in.substr(head, size);
  in.remove_prefix(head + size);
  return true;
}

/// Steps over the head of a map or an array of told length.
bool take_count(std::string_view& in, cbor::major type, std::uint64_t& count) noexcept {
  cbor::head h;
  if (!cbor::read_head(in, h) || h.type != type || h.indefinite) return false;
  count = h.value;
  return true;
}

bool take_null(std::string_view& in) noexcept {
  if (in.empty() || in.front() != null) return false;
  in.remove_prefix(1);
  return true;
}

/// Steps over what is said of one record: texts, of which none is an error.
bool take_arrival(std::string_view& in) noexcept {
  std::uint64_t members = 0;
  if (!take_count(in, cbor::major::map, members)) return false;
  std::string_view name;
  std::string_view said;
  for (; members > 0; --members) {
    if (!take_text(in, name)) return false;
    if (take_null(in)) continue;
    if (name == "ErrorCode" || !take_text(in, said)) return false;
  }
  return true;
}

bool take_arrivals(std::string_view& in, std::span<const put_record> records) noexcept {
  std::uint64_t count = 0;
  if (!take_count(in, cbor::major::array, count) || count != records.size()) return false;
  for (const put_record& r : records)
    if (!r.expected_shard.empty() || !take_arrival(in)) return false;
  return true;
}

/// A text or a number, which may say what it likes.
bool take_other(std::string_view& in) noexcept {
  if (std::string_view said; take_text(in, said)) return true;
  cbor::head h;
  return cbor::read_head(in, h) && h.type == cbor::major::unsigned_integer;
}

}  // namespace

bool all_plainly_arrived(std::string_view answer, std::span<const put_record> records) noexcept {
  std::uint64_t members = 0;
  if (!take_count(answer, cbor::major::map, members)) return false;
  bool arrived = false;
  std::string_view name;
  for (; members > 0; --members) {
    if (!take_text(answer, name)) return false;
    const bool told = name == "Records";
    if (told && arrived) return false;  // twice: which of them counts is not decided here
    if (!(told ? take_arrivals(answer, records) : take_other(answer))) return false;
    arrived = arrived || told;
  }
  return arrived && answer.empty();
}

}  // namespace tidewire::aws
