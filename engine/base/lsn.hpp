#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidewire {

/// A position in the write-ahead log, in bytes. PostgreSQL prints it as two hexadecimal halves,
/// `16/B374D848`.
struct lsn {
  std::uint64_t value{};

  auto operator<=>(const lsn&) const = default;
  explicit operator bool() const noexcept { return value != 0; }
};

std::string to_string(lsn position);

/// Reads `16/B374D848`; nothing if the text is anything else.
std::optional<lsn> parse_lsn(std::string_view text) noexcept;

}  // namespace tidewire
