#pragma once

#include "config/settings.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tidewire::config {

struct environment_value {
  std::string variable;
  std::string text;
};

/// What the environment says about a property, by MicroProfile's rules: the variable of that very
/// name, else the name with `_` for all that is neither letter nor digit, else that in capitals. An
/// empty variable counts: it takes the property away.
std::optional<environment_value> find_in_environment(const environment& env,
                                                     std::string_view property);

}  // namespace tidewire::config
