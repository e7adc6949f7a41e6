#pragma once

#include <optional>
#include <string_view>

namespace tidewire::rules {

/// The number that a JSON number stands for, where comparing it as a double is exact: the shortest
/// decimal that reads back as the double must be the number itself. So 5, 5.0 and 0.5e1 are the
/// same, while 9007199254740993 and 1e400 are nothing: such numbers are compared by their text.
/// Negative zero is zero.
/// \param text a number as JSON writes it.
std::optional<double> comparable_number(std::string_view text);

}  // namespace tidewire::rules
