#include "transform/date_format.hpp"

#include "event/temporal_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>

namespace tidewire::transform {
namespace {

constexpr std::int64_t ms_per_day = 86'400'000;
constexpr std::string_view letters = "GyMLdDEuaHkKhmsSzZX";
constexpr std::array<std::string_view, 12> months = {"January",
                                                     "February",
                                                     "March",
                                                     "April",
                                                     "May",
                                                     "June",
                                                     "July",
                                                     "August",
                                                     "September",
                                                     "October",
                                                     "November",
                                                     "December"};
constexpr std::array<std::string_view, 7> weekdays = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr std::size_t short_name = 3;

std::int64_t floor_div(std::int64_t a, std::int64_t b) noexcept {
  return a / b - (a % b < 0 ? 1 : 0);
}

void append_padded(std::string& out, std::int64_t number, std::size_t width) {
  const std::string digits = std::to_string(number);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

/// So many days after the date in Java's calendar, which is Julian before 1582-10-15. The ten days
/// that it left out are counted on as Julian ones.
std::int64_t days_after(event::calendar_date date, std::int64_t more) noexcept {
  const std::int64_t gregorian = event::gregorian_days(date) + more;
  const std::int64_t julian = event::julian_days(date) + more;
  return std::min(gregorian, julian) >= event::first_gregorian_day ? gregorian : julian;
}

bool letter(char c) noexcept {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}
bool digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool numeric(char c, std::size_t count) noexcept {
  return std::string_view("ydDuHkKhmsS").find(c) != std::string_view::npos ||
         (count < 3 && (c == 'M' || c == 'L'));
}

bool starts_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::ranges::equal(
             text.substr(0, word.size()), word, [](unsigned char a, unsigned char b) {
               return std::tolower(a) == std::tolower(b);
             });
}

/// Steps over one of the names, in full or its first three letters.
template <std::size_t Count>
std::optional<std::int64_t> take_name(std::string_view& text,
                                      const std::array<std::string_view, Count>& names) {
  for (std::size_t i = 0; i < Count; ++i)
    for (const std::string_view form : {names[i], names[i].substr(0, short_name)})
      if (starts_with_word(text, form)) {
        text.remove_prefix(form.size());
        return static_cast<std::int64_t>(i);
      }
  return std::nullopt;
}

/// \param width_max digits; 0: as many as there are. \return nothing without a digit, or beyond 32
/// bits, which is what Java's fields have.
std::optional<std::int64_t> take_number(std::string_view& text, std::size_t width_max) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  const bool negative = text.starts_with('-');
  std::string_view rest = negative ? text.substr(1) : text;
  std::int64_t number = 0;
  std::size_t count = 0;
  while (count < rest.size() && digit(rest[count]) && count < 18 &&
         (width_max == 0 || count < width_max))
    number = number * 10 + (rest[count++] - '0');
  if (count == 0 || number > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
  text = rest.substr(count);
  return negative ? -number : number;
}

/// `Z`, `UTC`, `GMT`, `+05`, `+0530`, `+05:30`: seconds east of UTC.
std::optional<std::int64_t> take_offset(std::string_view& text) {
  for (const std::string_view name :
       {std::string_view("UTC"), std::string_view("GMT"), std::string_view("Z")})
    if (starts_with_word(text, name)) {
      text.remove_prefix(name.size());
      return 0;
    }
  if (!text.starts_with('+') && !text.starts_with('-')) return std::nullopt;
  const std::int64_t sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  const auto hours = take_number(text, 2);
  if (!hours) return std::nullopt;
  if (text.starts_with(':')) text.remove_prefix(1);
  const auto minutes =
      !text.empty() && digit(text.front()) ? take_number(text, 2) : std::optional<std::int64_t>(0);
  return sign * (*hours * 3600 + minutes.value_or(0) * 60);
}

}  // namespace

struct date_format::fields {
  event::calendar_date date{.year = 1970, .month = 1, .day = 1};
  std::int64_t day_ms = 0;
  std::int64_t days = 0;
  // of a text that is read
  std::int64_t hour = 0, minute = 0, second = 0, ms = 0, offset_s = 0;
  std::optional<std::int64_t> day_of_year;
  bool afternoon = false, twelve_hours = false, before_christ = false;
};

std::optional<date_format> date_format::compile(std::string_view pattern) {
  date_format made;
  const auto plain = [&made](char c) {
    if (made.elements_.empty() || made.elements_.back().letter != '\0')
      made.elements_.push_back({});
    made.elements_.back().text += c;
  };
  for (std::size_t at = 0; at < pattern.size();) {
    const char c = pattern[at];
    if (c == '\'') {
      if (pattern.substr(at).starts_with("''")) {
        plain('\'');
        at += 2;
        continue;
      }
      for (++at; at < pattern.size(); ++at) {
        if (pattern[at] != '\'') {
          plain(pattern[at]);
        } else if (pattern.substr(at).starts_with("''")) {
          plain('\'');
          ++at;
        } else {
          break;
        }
      }
      if (at++ >= pattern.size()) return std::nullopt;  // a quote that is not closed
    } else if (letter(c)) {
      if (letters.find(c) == std::string_view::npos) return std::nullopt;
      const auto end = std::min(pattern.find_first_not_of(c, at), pattern.size());
      made.elements_.push_back({.letter = c, .count = end - at, .text = {}});
      at = end;
    } else {
      plain(c);
      ++at;
    }
  }
  return made;
}

void date_format::append(const element& one, const fields& at, std::string& out) {
  const std::int64_t hour = at.day_ms / 3'600'000;
  const bool bc = at.date.year <= 0;
  const std::int64_t year = bc ? 1 - at.date.year : at.date.year;
  const auto weekday =
      static_cast<std::size_t>(((at.days + 3) % 7 + 7) % 7);  // 1970-01-01 was a Thursday
  switch (one.letter) {
    case 'G':
      out += bc ? "BC" : "AD";
      break;
    case 'y':
      append_padded(out, one.count == 2 ? year % 100 : year, one.count);
      break;
    case 'M':
    case 'L': {
      const std::string_view name = months[static_cast<std::size_t>(at.date.month - 1)];
      if (one.count >= 3)
        out += one.count == 3 ? name.substr(0, short_name) : name;
      else
        append_padded(out, at.date.month, one.count);
      break;
    }
    case 'd':
      append_padded(out, at.date.day, one.count);
      break;
    case 'D':
      append_padded(out,
                    at.days - event::hybrid_days({.year = at.date.year, .month = 1, .day = 1}) + 1,
                    one.count);
      break;
    case 'E':
      out += one.count >= 4 ? weekdays[weekday] : weekdays[weekday].substr(0, short_name);
      break;
    case 'u':
      append_padded(out, static_cast<std::int64_t>(weekday) + 1, one.count);
      break;
    case 'a':
      out += hour < 12 ? "AM" : "PM";
      break;
    case 'H':
      append_padded(out, hour, one.count);
      break;
    case 'k':
      append_padded(out, hour == 0 ? 24 : hour, one.count);
      break;
    case 'K':
      append_padded(out, hour % 12, one.count);
      break;
    case 'h':
      append_padded(out, hour % 12 == 0 ? 12 : hour % 12, one.count);
      break;
    case 'm':
      append_padded(out, at.day_ms / 60'000 % 60, one.count);
      break;
    case 's':
      append_padded(out, at.day_ms / 1'000 % 60, one.count);
      break;
    case 'S':
      append_padded(out, at.day_ms % 1'000, one.count);
      break;
    case 'z':
      out += one.count >= 4 ? "Coordinated Universal Time" : "UTC";
      break;
    case 'Z':
      out += "+0000";
      break;
    case 'X':
      out += 'Z';
      break;
    default:
      out += one.text;
      break;
  }
}

std::string date_format::write(std::int64_t unix_ms) const {
  fields at;
  at.days = floor_div(unix_ms, ms_per_day);
  at.day_ms = unix_ms - at.days * ms_per_day;
  at.date = event::hybrid_date(at.days);
  std::string out;
  for (const element& one : elements_) append(one, at, out);
  return out;
}

bool date_format::take(const element& one,
                       bool digits_follow,
                       std::string_view& text,
                       fields& into) {
  if (one.letter == '\0') {
    if (!text.starts_with(one.text)) return false;
    text.remove_prefix(one.text.size());
    return true;
  }
  if (numeric(one.letter, one.count)) {
    const std::string_view before = text;
    const auto number = take_number(text, digits_follow ? one.count : 0);
    if (!number) return false;
    const auto month = static_cast<std::int32_t>(*number);
    switch (one.letter) {
      // Two digits stand for a year between 80 years ago and 20 years from now; the century turns
      // with the clock.
      case 'y':
        into.date.year = one.count <= 2 && before.size() - text.size() == 2
                             ? (*number < 46 ? 2000 : 1900) + *number
                             : *number;
        break;
      case 'M':
      case 'L':
        into.date.month = month;
        break;
      case 'd':
        into.date.day = month;
        break;
      case 'D':
        into.day_of_year = number;
        break;
      case 'H':
      case 'k':
        into.hour = one.letter == 'k' && *number == 24 ? 0 : *number;
        break;
      case 'K':
      case 'h':
        into.hour = one.letter == 'h' && *number == 12 ? 0 : *number;
        into.twelve_hours = true;
        break;
      case 'm':
        into.minute = *number;
        break;
      case 's':
        into.second = *number;
        break;
      case 'S':
        into.ms = *number;
        break;
      default:
        break;  // u: a day of the week says nothing more
    }
    return true;
  }
  switch (one.letter) {
    case 'M':
    case 'L':
      if (const auto name = take_name(text, months))
        return (into.date.month = static_cast<std::int32_t>(*name) + 1) != 0;
      return false;
    case 'E':
      return take_name(text, weekdays).has_value();
    case 'a':
    case 'G': {
      const bool second = starts_with_word(text, one.letter == 'a' ? "PM" : "BC");
      if (!second && !starts_with_word(text, one.letter == 'a' ? "AM" : "AD")) return false;
      (one.letter == 'a' ? into.afternoon : into.before_christ) = second;
      text.remove_prefix(2);
      return true;
    }
    default:
      if (const auto offset = take_offset(text)) {
        into.offset_s = *offset;
        return true;
      }
      return false;
  }
}

std::optional<std::int64_t> date_format::read(std::string_view text) const {
  fields into;
  for (std::size_t i = 0; i < elements_.size(); ++i) {
    const bool digits_follow =
        i + 1 < elements_.size() && numeric(elements_[i + 1].letter, elements_[i + 1].count);
    if (!take(elements_[i], digits_follow, text, into)) return std::nullopt;
  }
  if (into.before_christ) into.date.year = 1 - into.date.year;
  // Months and days beyond their range carry over.
  const std::int64_t month = into.date.month - 1;
  const event::calendar_date first{
      .year = into.date.year + floor_div(month, 12),
      .month = static_cast<std::int32_t>(month - floor_div(month, 12) * 12) + 1,
      .day = 1};
  const std::int64_t days =
      into.day_of_year
          ? days_after({.year = into.date.year, .month = 1, .day = 1}, *into.day_of_year - 1)
          : days_after(first, into.date.day - 1);
  // 2^63 ms, with room for the clock's fields.
  constexpr std::int64_t days_max = 100'000'000'000;
  if (days > days_max || days < -days_max) return std::nullopt;
  const std::int64_t hour = into.hour + (into.twelve_hours && into.afternoon ? 12 : 0);
  return days * ms_per_day + ((hour * 60 + into.minute) * 60 + into.second - into.offset_s) * 1000 +
         into.ms;
}

}  // namespace tidewire::transform
