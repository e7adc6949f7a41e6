#include "rules/path_trie.hpp"

namespace tidewire::rules {

std::uint32_t path_trie::find_child(std::uint32_t from, std::string_view step) const noexcept {
  for (const child& c : nodes_[from].children)
    if (c.step == step) return c.node;
  return none;
}

std::uint32_t path_trie::add(std::string_view path) {
  std::uint32_t at = root;
  for (bool more = true; more;) {
    const auto dot = path.find('.');
    more = dot != std::string_view::npos;
    const std::string_view step = path.substr(0, dot);
    std::uint32_t next = find_child(at, step);
    if (next == none) {
      next = static_cast<std::uint32_t>(nodes_.size());
      nodes_.emplace_back();
      nodes_[at].children.push_back({std::string(step), next});
    }
    at = next;
    if (more) path.remove_prefix(dot + 1);
  }
  if (nodes_[at].path == none) nodes_[at].path = path_count_++;
  return nodes_[at].path;
}

std::uint32_t path_trie::follow(std::uint32_t from, std::string_view name) const noexcept {
  if (nodes_[from].children.empty()) return none;
  for (;;) {
    const auto dot = name.find('.');
    from = find_child(from, name.substr(0, dot));
    if (dot == std::string_view::npos || from == none) return from;
    name.remove_prefix(dot + 1);
  }
}

}  // namespace tidewire::rules
