#include "rules/event_leaves.hpp"

#include "rules/decimal.hpp"

#include <simdjson.h>

namespace tidewire::rules {
namespace {

std::uint32_t count_of(const auto& vector) noexcept {
  return static_cast<std::uint32_t>(vector.size());
}

}  // namespace

bool event_leaves::collect(std::string_view event_json, const path_trie& paths) {
  paths_ = &paths;
  in_ = json_reader(event_json);
  leaves_.clear();
  elements_.clear();
  arrays_.clear();
  unescaped_.clear();
  if (by_path_.size() < paths.path_count()) by_path_.resize(paths.path_count());
  for (std::size_t path = 0; path < paths.path_count(); ++path) by_path_[path].clear();

  if (!simdjson::validate_utf8(event_json.data(), event_json.size())) return false;
  return in_.next() == json_token::begin_object && read_object(path_trie::root, none) &&
         in_.next() == json_token::end;
}

bool event_leaves::read_object(std::uint32_t node, std::uint32_t inside) {
  for (;;) {
    const json_token token = in_.next();
    if (token != json_token::name) return token == json_token::end_object;
    const std::uint32_t below =
        in_.has_escapes() ? paths_->follow(node, in_.decoded()) : paths_->follow(node, in_.raw());
    if (!read_value(in_.next(), below, inside)) return false;
  }
}

bool event_leaves::read_value(json_token first, std::uint32_t node, std::uint32_t inside) {
  if (node == none) return in_.skip_rest_of(first);
  const path_trie::node& at = paths_->at(node);
  switch (first) {
    case json_token::begin_object:
      return at.children.empty() ? in_.skip_rest_of(first) : read_object(node, inside);
    case json_token::begin_array:
      return read_array(node, inside);
    case json_token::bad:
      return false;
    default:
      if (at.path != path_trie::none) add_leaf(first, at.path, inside);
      return true;
  }
}

bool event_leaves::read_array(std::uint32_t node, std::uint32_t inside) {
  const std::uint32_t own = count_of(arrays_);
  arrays_.push_back({.first_leaf = count_of(leaves_)});
  for (;;) {
    const json_token token = in_.next();
    if (token == json_token::end_array) break;
    if (token != json_token::begin_object && token != json_token::begin_array) {
      if (!read_value(token, node, inside)) return false;
      arrays_[own].has_own_leaves = true;
      continue;
    }
    const std::uint32_t inner = count_of(elements_);
    elements_.push_back(
        {.parent = inside, .array = own, .first_leaf = count_of(leaves_), .end_leaf = 0});
    if (!read_value(token, node, inner)) return false;
    elements_[inner].end_leaf = count_of(leaves_);
  }
  arrays_[own].end_leaf = count_of(leaves_);
  return true;
}

void event_leaves::add_leaf(json_token token, std::uint32_t path, std::uint32_t inside) {
  leaf_value value;
  value.text = in_.raw();
  switch (token) {
    case json_token::string:
      value.kind = value_kind::string;
      if (in_.has_escapes()) value.text = unescaped_.emplace_back(in_.decoded());
      break;
    case json_token::number:
      value.kind = value_kind::number;
      value.number = comparable_number(in_.raw());
      break;
    case json_token::literal_true:
      value.kind = value_kind::literal_true;
      break;
    case json_token::literal_false:
      value.kind = value_kind::literal_false;
      break;
    default:
      value.kind = value_kind::literal_null;
      break;
  }
  by_path_[path].push_back(count_of(leaves_));
  leaves_.push_back({value, inside});
}

}  // namespace tidewire::rules
