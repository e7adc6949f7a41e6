#include "transform/time_zone.hpp"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <array>
#include <string_view>

namespace tidewire::transform {
namespace {

constexpr std::int64_t offset_s_max = 18 * 3600;  // java.time.ZoneOffset's

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// `+hh:mm` or `+hh:mm:ss`.
std::optional<std::int64_t> read_offset(std::string_view text) {
  constexpr std::string_view with_seconds = "+00:00:00";
  constexpr std::string_view without = "+00:00";
  if (text.size() != with_seconds.size() && text.size() != without.size()) return std::nullopt;
  std::array<std::int64_t, 3> parts{};
  for (std::size_t i = 0; 3 * i < text.size(); ++i) {
    const std::string_view part = text.substr(3 * i, 3);
    const bool separated = i == 0 ? part[0] == '+' || part[0] == '-' : part[0] == ':';
    if (!separated || !is_digit(part[1]) || !is_digit(part[2])) return std::nullopt;
    parts[i] = (part[1] - '0') * 10 + (part[2] - '0');
  }
  const std::int64_t seconds = parts[0] * 3600 + parts[1] * 60 + parts[2];
  if (parts[1] > 59 || parts[2] > 59 || seconds > offset_s_max) return std::nullopt;
  return text.front() == '-' ? -seconds : seconds;
}

/// Other names would be looked up as files anywhere, or are this library's own.
bool is_region_name(std::string_view name) noexcept {
  for (const std::string_view foreign : {"/", ".", ":", "posix", "right", "localtime", "Fixed/"})
    if (name.starts_with(foreign)) return false;
  return name.find("..") == std::string_view::npos;
}

}  // namespace

struct time_zone::region {
  absl::TimeZone zone;
};

std::optional<time_zone> time_zone::named(const std::string& name) {
  if (const auto offset = read_offset(name))
    return time_zone(
        std::make_shared<region>(region{absl::FixedTimeZone(static_cast<int>(*offset))}));
  absl::TimeZone found;
  if (!is_region_name(name) || !absl::LoadTimeZone(name, &found)) return std::nullopt;
  return time_zone(std::make_shared<region>(region{found}));
}

std::int64_t time_zone::offset_at_local(std::int64_t local_s) const {
  const auto local = absl::ToCivilSecond(absl::FromUnixSeconds(local_s), absl::UTCTimeZone());
  return local_s - absl::ToUnixSeconds(region_->zone.At(local).pre);
}

std::int64_t time_zone::offset_at(std::int64_t unix_s) const {
  return region_->zone.At(absl::FromUnixSeconds(unix_s)).offset;
}

}  // namespace tidewire::transform
