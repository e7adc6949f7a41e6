#include "local/kinesis/shard.hpp"

#include <array>
#include <charconv>
#include <cstdio>

namespace tidewire::local {
namespace {

/// Records are this far apart, so that nobody comes to rely on the next number being one more.
constexpr std::uint64_t place_stride = 13;
constexpr std::size_t prefix_digits = 15;
constexpr std::size_t place_digits = 25;
constexpr std::size_t suffix_digits = 16;
static_assert(prefix_digits + place_digits + suffix_digits == shard::sequence_digits);

std::string padded(std::uint64_t value, int digits) {
  std::array<char, 32> text{};
  const int size = std::snprintf(
      text.data(), text.size(), "%0*llu", digits, static_cast<unsigned long long>(value));
  return {text.data(), static_cast<std::size_t>(size)};
}

void append_padded(std::string& out, std::uint64_t value, std::size_t digits) {
  std::array<char, 20> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  const auto size = static_cast<std::size_t>(end - text.data());
  out.append(digits - size, '0').append(text.data(), size);
}

}  // namespace

std::string shard_id(std::uint32_t number) {
  return "shardId-" + padded(number, 12);
}

shard::shard(std::uint32_t number,
             hash_key first,
             hash_key last,
             std::int64_t created_ms,
             std::uint64_t first_index)
    : records(first_index),
      first_key(first),
      last_key(last),
      number_(number),
      created_ms_(created_ms),
      id_(shard_id(number)),
      prefix_("49" + padded(static_cast<std::uint64_t>(created_ms), 13)),
      suffix_(padded(number, suffix_digits)) {}

void shard::append_sequence_number(std::string& out, std::uint64_t index) const {
  out.append(prefix_);
  append_padded(out, (index + 1) * place_stride, place_digits);
  out.append(suffix_);
}

void shard::make_next(std::span<char, sequence_digits> number) noexcept {
  unsigned added = place_stride;
  for (std::size_t i = prefix_digits + place_digits; added > 0 && i > prefix_digits;) {
    --i;
    const unsigned sum = static_cast<unsigned>(number[i] - '0') + added;
    number[i] = static_cast<char>('0' + sum % 10);
    added = sum / 10;
  }
}

std::string shard::from_place(std::uint64_t place) const {
  std::string out = prefix_;
  append_padded(out, place, place_digits);
  return out.append(suffix_);
}

std::string shard::sequence_number(std::uint64_t index) const {
  return from_place((index + 1) * place_stride);
}
std::string shard::starting_sequence_number() const {
  return from_place(0);
}
std::string shard::ending_sequence_number() const {
  return from_place(records.end_index() * place_stride + place_stride - 1);
}

std::optional<std::uint64_t> shard::index_of(std::string_view sequence_number,
                                             bool after) const noexcept {
  if (sequence_number.size() != sequence_digits || !sequence_number.starts_with(prefix_) ||
      !sequence_number.ends_with(suffix_))
    return std::nullopt;
  const auto text = sequence_number.substr(prefix_digits, place_digits);
  std::uint64_t place = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), place);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  // Record i stands at (i + 1) * stride.
  const std::uint64_t at_or_before = place / place_stride;
  if (after) return at_or_before;
  return place % place_stride == 0 && at_or_before > 0 ? at_or_before - 1 : at_or_before;
}

}  // namespace tidewire::local
