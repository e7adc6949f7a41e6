#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::rules {

/// The paths that a pattern asks about, as a tree of steps. A dot in a name separates steps, in
/// patterns and in events alike: event-ruler knows a field only by its steps joined with dots.
class path_trie {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  struct child {
    std::string step;
    std::uint32_t node;
  };
  struct node {
    std::vector<child> children;
    std::uint32_t path = none;  // the number of the path that ends here
  };

  /// The path's number; paths are numbered 0, 1, 2 … in the order of their first mention.
  std::uint32_t add(std::string_view path);

  static constexpr std::uint32_t root = 0;
  const node& at(std::uint32_t place) const noexcept { return nodes_[place]; }
  std::size_t path_count() const noexcept { return path_count_; }

  /// Where the name of a field leads from a node; `none` where no path goes on.
  std::uint32_t follow(std::uint32_t from, std::string_view name) const noexcept;

 private:
  std::uint32_t find_child(std::uint32_t from, std::string_view step) const noexcept;

  std::vector<node> nodes_{1};
  std::uint32_t path_count_ = 0;
};

}  // namespace tidewire::rules
