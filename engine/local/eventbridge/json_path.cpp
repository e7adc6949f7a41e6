#include "local/eventbridge/json_path.hpp"

#include "rules/json_reader.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace tidewire::local {

using rules::json_reader;
using rules::json_token;

/// One walk over a text, collecting the slices that the path leads to.
class path_search {
 public:
  path_search(const json_path& path, std::string_view json) : path_(path), json_(json), in_(json) {}

  std::vector<std::string_view> run() {
    if (!value(in_.next(), 0)) found_.clear();
    return std::move(found_);
  }

 private:
  using kind = json_path::step::kind;

  /// The value that begins with `first`, which was just read, is `depth` steps down the path.
  bool value(json_token first, std::size_t depth) {
    if (first == json_token::bad) return false;
    if (depth == path_.steps_.size()) {
      const bool container = first == json_token::begin_object || first == json_token::begin_array;
      const std::size_t quotes = first == json_token::string ? 2 : 0;
      const std::size_t begin = in_.position() - (container ? 1 : in_.raw().size() + quotes);
      if (!in_.skip_rest_of(first)) return false;
      found_.push_back(json_.substr(begin, in_.position() - begin));
      return true;
    }
    if (first == json_token::begin_object) return object(depth);
    if (first == json_token::begin_array) return array(depth);
    return true;
  }

  bool object(std::size_t depth) {
    const auto& wanted = path_.steps_[depth];
    for (json_token token = in_.next(); token != json_token::end_object; token = in_.next()) {
      if (token != json_token::name) return false;
      const bool here =
          wanted.what == kind::any || (wanted.what == kind::name && in_.decoded() == wanted.name);
      const json_token first = in_.next();
      if (!(here ? value(first, depth + 1) : in_.skip_rest_of(first))) return false;
    }
    return true;
  }

  bool array(std::size_t depth) {
    const auto& wanted = path_.steps_[depth];
    std::size_t index = 0;
    for (json_token token = in_.next(); token != json_token::end_array;
         token = in_.next(), ++index) {
      const bool here =
          wanted.what == kind::any || (wanted.what == kind::index && index == wanted.index);
      if (!(here ? value(token, depth + 1) : in_.skip_rest_of(token))) return false;
    }
    return true;
  }

  const json_path& path_;
  std::string_view json_;
  json_reader in_;
  std::vector<std::string_view> found_;
};

std::optional<json_path> json_path::read(std::string_view text) {
  if (!text.starts_with('$')) return std::nullopt;
  text.remove_prefix(1);
  json_path out;
  while (!text.empty()) {
    step next;
    if (text.starts_with('.')) {
      text.remove_prefix(1);
      const auto end = std::min(text.find_first_of(".["), text.size());
      if (end == 0) return std::nullopt;
      next.name = text.substr(0, end);
      if (next.name == "*") next.what = step::kind::any;
      text.remove_prefix(end);
    } else if (text.starts_with('[')) {
      const auto end = text.find(']');
      if (end == std::string_view::npos) return std::nullopt;
      const std::string_view inner = text.substr(1, end - 1);
      text.remove_prefix(end + 1);
      if (inner == "*") {
        next.what = step::kind::any;
      } else if (inner.size() > 2 && (inner.front() == '\'' || inner.front() == '"') &&
                 inner.back() == inner.front()) {
        next.name = inner.substr(1, inner.size() - 2);
      } else {
        next.what = step::kind::index;
        const auto [stop, error] =
            std::from_chars(inner.data(), inner.data() + inner.size(), next.index);
        if (error != std::errc{} || stop != inner.data() + inner.size()) return std::nullopt;
      }
    } else {
      return std::nullopt;
    }
    out.steps_.push_back(std::move(next));
  }
  return out;
}

std::optional<std::string> json_path::extract(std::string_view json) const {
  const auto found = path_search(*this, json).run();
  const bool several = std::any_of(
      steps_.begin(), steps_.end(), [](const step& s) { return s.what == step::kind::any; });
  if (found.empty()) return std::nullopt;
  if (!several) return std::string(found.back());  // of repeated names the last counts
  std::string out = "[";
  for (const auto slice : found) out.append(out.size() > 1 ? "," : "").append(slice);
  return out + "]";
}

}  // namespace tidewire::local
