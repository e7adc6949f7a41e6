#pragma once

#include "rules/condition.hpp"
#include "rules/json_reader.hpp"
#include "rules/path_trie.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::rules {

/// The values of an event at the paths that a pattern asks about, in the order in which they stand
/// in it, each with the array element it belongs to. Reused: collect() forgets what it had and
/// keeps the memory.
class event_leaves {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  struct leaf {
    leaf_value value;
    std::uint32_t element =
        none;  // the innermost array element that holds it as a part; none: outside of arrays
  };
  /// An object or array that is an element of an array. Strings and numbers in an array belong to
  /// what the array is in.
  struct element {
    std::uint32_t parent = none;  // the next element outwards
    std::uint32_t array = 0;
    std::uint32_t first_leaf = 0;  // the leaves inside are [first_leaf, end_leaf)
    std::uint32_t end_leaf = 0;
  };
  struct array {
    std::uint32_t first_leaf = 0;
    std::uint32_t end_leaf = 0;
    bool has_own_leaves = false;  // strings, numbers … between its elements
  };

  /// False: the text is no JSON object. The leaves point into `event_json`.
  bool collect(std::string_view event_json, const path_trie& paths);

  const std::vector<leaf>& leaves() const noexcept { return leaves_; }
  const std::vector<element>& elements() const noexcept { return elements_; }
  const std::vector<array>& arrays() const noexcept { return arrays_; }
  /// Places in leaves(), rising.
  const std::vector<std::uint32_t>& at_path(std::uint32_t path) const noexcept {
    return by_path_[path];
  }

 private:
  bool read_object(std::uint32_t node, std::uint32_t inside);
  bool read_array(std::uint32_t node, std::uint32_t inside);
  bool read_value(json_token first, std::uint32_t node, std::uint32_t inside);
  void add_leaf(json_token token, std::uint32_t path, std::uint32_t inside);

  const path_trie* paths_ = nullptr;
  json_reader in_{std::string_view{}};
  std::vector<leaf> leaves_;
  std::vector<element> elements_;
  std::vector<array> arrays_;
  std::vector<std::vector<std::uint32_t>> by_path_;
  std::deque<std::string> unescaped_;
};

}  // namespace tidewire::rules
