#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tidewire::rules {

/// A text to be found in any case. Each of its characters stands for its lower and its upper form
/// by Unicode's full mapping, as Java maps a single character: `ß` stands for `ß` and `SS`, while
/// `S` does not stand for `ſ`.
class caseless_text {
 public:
  explicit caseless_text(std::string_view text);

  bool equals(std::string_view value) const noexcept {
    return end_of_prefix(value) == value.size();
  }
  bool is_prefix_of(std::string_view value) const noexcept {
    return end_of_prefix(value) != std::string_view::npos;
  }
  bool is_suffix_of(std::string_view value) const noexcept;

 private:
  struct letter {
    std::string lower;
    std::string upper;
  };
  std::vector<letter> letters_;

  std::size_t end_of_prefix(std::string_view value) const noexcept;
};

}  // namespace tidewire::rules
