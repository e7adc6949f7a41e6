#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::rules {

/// A text in which `*` stands for any characters, none as well. `\*` and `\\` are the characters
/// themselves.
class wildcard {
 public:
  /// \param error receives a sentence where nothing is returned: `**`, or a backslash before
  /// anything else.
  static std::optional<wildcard> read(std::string_view text, std::string& error);

  bool matches(std::string_view value) const noexcept;

 private:
  std::vector<std::string> pieces_{1};  // what stands between the stars; one piece: no star
};

}  // namespace tidewire::rules
