#include "config/value_syntax.hpp"

#include "base/regex_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <span>

namespace tidewire::config {
namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

struct unit {
  std::string_view name;
  std::int64_t factor;
};
constexpr unit duration_units[] = {
    {"", 1}, {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr unit byte_units[] = {{"", 1},
                               {"b", 1},
                               {"kib", 1LL << 10},
                               {"mib", 1LL << 20},
                               {"gib", 1LL << 30},
                               {"kb", 1000},
                               {"mb", 1'000'000},
                               {"gb", 1'000'000'000}};

std::optional<std::int64_t> read_with_unit(std::string_view text,
                                           std::span<const unit> units) noexcept {
  text = trimmed(text);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  const auto name = trimmed(text.substr(static_cast<std::size_t>(end - text.data())));
  for (const auto& one : units) {
    if (!equals_ignoring_case(one.name, name)) continue;
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    if (number > most / one.factor || number < -(most / one.factor)) return std::nullopt;
    return number * one.factor;
  }
  return std::nullopt;
}

std::string join(const std::vector<std::string_view>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

/// The range of a number as words; the empty text where every number will do.
std::string range_text(const property& row) {
  const bool from = row.lowest != std::numeric_limits<std::int64_t>::min();
  const bool to = row.highest != std::numeric_limits<std::int64_t>::max();
  if (from && to) return fmt::format(" of {} to {}", row.lowest, row.highest);
  if (from) return fmt::format(" of at least {}", row.lowest);
  if (to) return fmt::format(" of at most {}", row.highest);
  return {};
}

/// The table's spelling of a choice, or nothing.
std::optional<std::string> read_choice(const property& row, std::string_view text) {
  for (const auto& alias : row.aliases)
    if (equals_ignoring_case(alias.written, text)) return std::string(alias.meant);
  for (const auto& value : row.allowed)
    if (equals_ignoring_case(value, text)) return std::string(value);
  return std::nullopt;
}

std::variant<std::string, value_fault> not_allowed(const property& row) {
  return value_fault{"is not allowed: " + allowed_values(row)};
}

std::variant<std::string, value_fault> check_number(const property& row,
                                                    std::optional<std::int64_t> number,
                                                    std::string_view text) {
  if (!number || *number < row.lowest || *number > row.highest) return not_allowed(row);
  return std::string(trimmed(text));
}

std::variant<std::string, value_fault> check_choices(const property& row, std::string_view text) {
  std::string out;
  for (const auto& word : read_list(text)) {
    const auto value = read_choice(row, word);
    if (!value) return not_allowed(row);
    out += out.empty() ? *value : "," + *value;
  }
  return out;
}

/// Whether the value is the default, in whatever spelling.
bool is_default(const property& row, std::string_view text) {
  if (!row.initial) return false;
  switch (row.type) {
    case value_type::flag:
      return read_flag(text) == read_flag(*row.initial);
    case value_type::integer:
      return read_integer(text) == read_integer(*row.initial);
    case value_type::duration:
      return read_duration(text) == read_duration(*row.initial);
    case value_type::bytes:
      return read_bytes(text) == read_bytes(*row.initial);
    default:
      return equals_ignoring_case(trimmed(text), *row.initial);
  }
}

const value_note* note_of(const property& row, std::string_view text) {
  const auto found =
      std::find_if(row.values.begin(), row.values.end(), [&](const value_note& note) {
        return equals_ignoring_case(note.value, trimmed(text));
      });
  return found == row.values.end() ? nullptr : &*found;
}

}  // namespace

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view blanks = " \t\r\n\f\v";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(
      a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<bool> read_flag(std::string_view text) noexcept {
  text = trimmed(text);
  for (const std::string_view yes : {"true", "on", "yes"})
    if (equals_ignoring_case(text, yes)) return true;
  for (const std::string_view no : {"false", "off", "no"})
    if (equals_ignoring_case(text, no)) return false;
  return std::nullopt;
}

std::optional<std::int64_t> read_integer(std::string_view text) noexcept {
  return read_with_unit(text, std::span(duration_units).first(1));
}
std::optional<std::int64_t> read_duration(std::string_view text) noexcept {
  return read_with_unit(text, duration_units);
}
std::optional<std::int64_t> read_bytes(std::string_view text) noexcept {
  return read_with_unit(text, byte_units);
}

std::vector<std::string> read_list(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t from = 0; from <= text.size();) {
    const auto end = std::min(text.find(',', from), text.size());
    if (const auto word = trimmed(text.substr(from, end - from)); !word.empty())
      words.emplace_back(word);
    from = end + 1;
  }
  return words;
}

std::string allowed_values(const property& row) {
  switch (row.type) {
    case value_type::flag:
      return "true or false";
    case value_type::integer:
      return "a whole number" + range_text(row);
    case value_type::duration:
      return "a number of milliseconds" + range_text(row) +
             ", or a duration such as 500ms, 20s, 5m";
    case value_type::bytes:
      return "a number of bytes" + range_text(row) + ", or a size such as 512KiB, 64MiB";
    case value_type::choice:
      return "one of " + join(row.allowed);
    case value_type::choice_list:
      return "a comma-separated list of " + join(row.allowed);
    case value_type::list:
      return "a comma-separated list";
    case value_type::regex_list:
      return "a comma-separated list of regular expressions";
    case value_type::class_name:
      return "the name of a Java class";
    case value_type::password:
    case value_type::text:
      break;
  }
  return "text";
}

std::variant<std::string, value_fault> check_value(const property& row, std::string_view text) {
  switch (row.type) {
    case value_type::flag:
      if (!read_flag(text)) return not_allowed(row);
      return std::string(trimmed(text));
    case value_type::integer:
      return check_number(row, read_integer(text), text);
    case value_type::duration:
      return check_number(row, read_duration(text), text);
    case value_type::bytes:
      return check_number(row, read_bytes(text), text);
    case value_type::choice:
      if (auto value = read_choice(row, trimmed(text))) return std::move(*value);
      if (note_of(row, text) != nullptr) return std::string(trimmed(text));
      return not_allowed(row);
    case value_type::choice_list:
      return check_choices(row, text);
    case value_type::regex_list: {
      const auto list = regex_list::read(text);
      if (const auto* fault = std::get_if<regex_list::fault>(&list))
        return value_fault{"is not allowed: " + fault->message};
      return std::string(text);
    }
    case value_type::class_name:
      return std::string(trimmed(text));
    case value_type::list:
    case value_type::password:
    case value_type::text:
      break;
  }
  return std::string(text);
}

verdict judge_value(const property& row, std::string_view text) {
  if (const auto* note = note_of(row, text)) return {note->how, note->remark};
  if (is_default(row, text) && row.how != support::harmless) return {};
  return {row.how, row.remark};
}

}  // namespace tidewire::config
