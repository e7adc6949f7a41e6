#pragma once

#include <string_view>

namespace tidewire::rules {

/// The upper form of the few characters that have one of several characters (UTF-8); empty for all
/// others. Source: Unicode Character Database, SpecialCasing.txt, the unconditional mappings.
std::string_view special_upper(char32_t c) noexcept;

/// The same for the lower form: only U+0130 has one.
std::string_view special_lower(char32_t c) noexcept;

}  // namespace tidewire::rules
