#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tidewire::config {

/// Finds what stands behind a name in `${name}`, not yet expanded; nothing where there is no such
/// property or variable.
using expansion_source = std::function<std::optional<std::string>(std::string_view name)>;

/// Why a text could not be expanded; a sentence for the user, without the texts that were met on
/// the way (they may be secrets).
struct expansion_fault {
  std::string message;
};

/// Puts values in place of `${name}` and `${name:default}`, as Quarkus (SmallRye Config) does:
/// names and defaults may hold further expressions, and what is found is expanded too, 32 levels
/// deep at most. `\$` and `$$` stand for a plain `$`; a `$` before anything but `{` and `$` is
/// itself.
std::variant<std::string, expansion_fault> expand(std::string_view text,
                                                  const expansion_source& source);

}  // namespace tidewire::config
