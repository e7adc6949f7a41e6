#include "postgres/copied_change.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

// Any bytes as a CopyData of a backlog's binary COPY. What is read is written again from the
// position and the payload alone: that must be the end of the bytes, behind nothing but the
// format's head.

namespace {

using namespace tidewire::postgres;

constexpr std::string_view signature{"PGCOPY\n\377\r\n\0", 11};
constexpr std::string_view mark = "\377\377";

void must(bool belief) {
  if (!belief) std::abort();
}

std::string big(std::uint64_t value, int bytes) {
  std::string text;
  while (bytes-- > 0) text += static_cast<char>(value >> (8 * bytes));
  return text;
}

std::string written(const xlog_data& change) {
  return big(2, 2) + big(8, 4) + big(change.start.value, 8) + big(change.payload.size(), 4) +
         std::string(change.payload);
}

/// Nothing, or signature, flags and an extension as long as its length says.
bool is_head(std::string_view bytes) {
  constexpr std::size_t fixed = signature.size() + 8;
  if (bytes.empty()) return true;
  if (bytes.size() < fixed || !bytes.starts_with(signature)) return false;
  return big(bytes.size() - fixed, 4) == bytes.substr(fixed - 4, 4);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  xlog_data change;
  const auto what = read_copied(bytes, change);
  if (!what) return 0;
  const std::string end = *what == copied::change ? written(change) : std::string(mark);
  must(bytes.ends_with(end) && is_head(bytes.substr(0, size - end.size())));
  if (*what == copied::end) return 0;
  must(change.wal_end == change.start);
  must(change.payload.data() + change.payload.size() == bytes.data() + size);
  return 0;
}
