#include "postgres/copy_frames.hpp"

#include "base/cursor.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace tidewire::postgres {
namespace {

constexpr std::size_t head_size = 5;
constexpr std::uint32_t size_of_size = 4;
/// What the server itself keeps to (MaxAllocSize), so that a stray byte does not ask for gigabytes.
constexpr std::uint32_t size_max = 0x3FFFFFFF;
/// What stays of the memory when a larger message has been dealt with.
constexpr std::size_t kept_bytes_max = 1024U * 1024U;

copy_frames::kind kind_of(char type) noexcept {
  using enum copy_frames::kind;
  switch (type) {
    case 'd':
      return data;
    case 'H':
    case 'W':
      return begun;
    case 'c':
      return done;
    case 'C':
      return completed;
    case 'Z':
      return ready;
    case 'E':
      return error;
    case 'N':
      return notice;
    default:
      return malformed;
  }
}

/// NotificationResponse, ParameterStatus: may come at any time, and say nothing about the stream.
bool is_aside(char type) noexcept {
  return type == 'A' || type == 'S';
}

}  // namespace

char* copy_frames::prepare(std::size_t size) {
  const std::size_t left = bytes_.size() - begin_;
  size = std::max(size, wanted_ - std::min(wanted_, left));
  if (begin_ > 0) drop_handed_out(size <= kept_bytes_max ? kept_bytes_max : SIZE_MAX);
  return bytes_.prepare(size);
}

void copy_frames::trim() {
  drop_handed_out(kept_bytes_max);
}

void copy_frames::drop_handed_out(std::size_t kept) {
  bytes_.drop_front(std::exchange(begin_, 0), kept);
}

copy_frames::kind copy_frames::next(std::string_view& body) noexcept {
  for (;;) {
    cursor in(bytes_.view(begin_, bytes_.size() - begin_));
    char type = 0;
    std::uint32_t size = 0;
    if (!in.read_byte(type) || !in.read_big(size)) {
      wanted_ = 0;
      return kind::incomplete;
    }
    if (size < size_of_size || size > size_max) return kind::malformed;
    if (!in.read_bytes(size - size_of_size, body)) {
      wanted_ = head_size - size_of_size + size;
      return kind::incomplete;
    }
    begin_ += head_size - size_of_size + size;
    if (!is_aside(type)) return kind_of(type);
  }
}

bool copy_frames::peek_data(std::string_view& body) noexcept {
  const std::size_t begin = begin_;
  const bool is_data = next(body) == kind::data;
  begin_ = begin;
  return is_data;
}

}  // namespace tidewire::postgres
