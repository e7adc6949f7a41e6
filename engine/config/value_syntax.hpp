#pragma once

#include "config/property_table.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tidewire::config {

std::string_view trimmed(std::string_view text) noexcept;
bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;

/// `true`, `on`, `yes` and their opposites, in any case.
std::optional<bool> read_flag(std::string_view text) noexcept;
std::optional<std::int64_t> read_integer(std::string_view text) noexcept;
/// Milliseconds: of a plain number, or of one with `ms`, `s`, `m`, `h` or `d` behind it.
std::optional<std::int64_t> read_duration(std::string_view text) noexcept;
/// Bytes: of a plain number, or of one with `KiB`, `MiB`, `GiB` (1024) or `kB`, `MB`, `GB` (1000)
/// behind it, in any case.
std::optional<std::int64_t> read_bytes(std::string_view text) noexcept;
/// Split at commas, trimmed, without what is empty.
std::vector<std::string> read_list(std::string_view text);

/// What is allowed for a property, as the end of a sentence: "one of precise, double, string", "a
/// whole number of 1 to 65535".
std::string allowed_values(const property& row);

struct value_fault {
  std::string message;  // the end of a sentence that begins with the property and its value
};

/// Checks a value that a user set, and gives it the spelling that getters hand out: choices as in
/// the table, numbers and flags without white space around them.
std::variant<std::string, value_fault> check_value(const property& row, std::string_view text);

/// What becomes of this value of the property: its row's class, unless it is the default or has a
/// note of its own.
struct verdict {
  support how = support::honoured;
  std::string_view remark;
};
verdict judge_value(const property& row, std::string_view text);

}  // namespace tidewire::config
