#include "postgres/transaction_snapshot.hpp"

#include <algorithm>
#include <charconv>

namespace tidewire::postgres {
namespace {

/// Takes a number and the separator behind it off the text, which may end at the number.
std::optional<std::uint64_t> take_number(std::string_view& text, char separator) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  if (text.empty()) return value;
  if (text.front() != separator) return std::nullopt;
  text.remove_prefix(1);
  return value;
}

}  // namespace

std::optional<transaction_snapshot> transaction_snapshot::parse(std::string_view text) {
  if (std::ranges::count(text, ':') != 2) return std::nullopt;
  transaction_snapshot out;
  const auto xmin = take_number(text, ':');
  const auto xmax = xmin ? take_number(text, ':') : std::nullopt;
  if (!xmax) return std::nullopt;
  out.xmin_ = *xmin;
  out.xmax_ = *xmax;
  while (!text.empty()) {
    const auto xid = take_number(text, ',');
    if (!xid) return std::nullopt;
    out.in_progress_.push_back(*xid);
  }
  std::ranges::sort(out.in_progress_);
  return out;
}

bool transaction_snapshot::sees(std::uint32_t xid) const noexcept {
  // Ids of 32 bits go round; the nearest one of 64 bits is meant.
  const auto distance = static_cast<std::int32_t>(xid - static_cast<std::uint32_t>(xmax_));
  if (distance >= 0) return false;
  const std::uint64_t full = xmax_ + static_cast<std::uint64_t>(std::int64_t{distance});
  return full < xmin_ || !std::ranges::binary_search(in_progress_, full);
}

}  // namespace tidewire::postgres
