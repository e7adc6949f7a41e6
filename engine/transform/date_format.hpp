#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::transform {

/// A pattern of java.text.SimpleDateFormat in UTC: the letters G y M L d D E u a H k K h m s S z Z
/// X and quoted text.
class date_format {
 public:
  /// \return nothing where the pattern has a letter that is not one of these.
  static std::optional<date_format> compile(std::string_view pattern);

  std::string write(std::int64_t unix_ms) const;
  /// Leniently, as SimpleDateFormat does: fields may be out of range, and what follows the
  /// pattern's end is not looked at.
  std::optional<std::int64_t> read(std::string_view text) const;

 private:
  struct element {
    char letter = '\0';  // '\0': plain text
    std::size_t count = 0;
    std::string text;
  };
  struct fields;

  static void append(const element& one, const fields& at, std::string& out);
  static bool take(const element& one, bool digits_follow, std::string_view& text, fields& into);

  std::vector<element> elements_;
};

}  // namespace tidewire::transform
