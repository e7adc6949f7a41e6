#include "event/array_text.hpp"

#include <algorithm>

namespace tidewire::event {

array_reader::array_reader(std::string_view array, char delimiter, byte_buffer& unescaped) noexcept
    : rest_(array), unescaped_(&unescaped), delimiter_(delimiter) {
  // Bounds that do not begin at one are written in front: [0:1]={…}
  if (rest_.starts_with('[')) rest_.remove_prefix(std::min(rest_.find('=') + 1, rest_.size()));
  if (!rest_.starts_with('{')) {
    malformed_ = true;
    return;
  }
  rest_.remove_prefix(1);
}

array_reader::item array_reader::next(std::string_view& text) {
  if (malformed_) return item::malformed;
  if (ended_) return item::end;
  if (first_ && rest_ == "}") {
    ended_ = true;
    return item::end;
  }
  first_ = false;
  item found = item::malformed;
  if (!rest_.empty()) {
    switch (rest_.front()) {
      case '"':
        found = read_quoted(text);
        break;
      case '{':
        found = skip_nested();
        break;
      default:
        found = read_plain(text);
        break;
    }
  }
  if (found == item::malformed || !after_element()) {
    malformed_ = true;
    return item::malformed;
  }
  return found;
}

bool array_reader::after_element() noexcept {
  if (rest_.starts_with(delimiter_)) {
    rest_.remove_prefix(1);
    return true;
  }
  ended_ = rest_ == "}";
  return ended_;
}

array_reader::item array_reader::read_plain(std::string_view& text) noexcept {
  std::size_t size = 0;
  while (size < rest_.size() && rest_[size] != delimiter_ && rest_[size] != '}') ++size;
  text = rest_.substr(0, size);
  rest_.remove_prefix(size);
  if (text.empty()) return item::malformed;
  return text == "NULL" ? item::null : item::text;
}

array_reader::item array_reader::read_quoted(std::string_view& text) {
  rest_.remove_prefix(1);
  const std::size_t plain = rest_.find_first_of("\"\\");
  if (plain == std::string_view::npos) return item::malformed;
  if (rest_[plain] == '"') {
    text = rest_.substr(0, plain);
    rest_.remove_prefix(plain + 1);
    return item::text;
  }
  unescaped_->clear();
  while (!rest_.empty() && rest_.front() != '"') {
    const std::size_t run = std::min(rest_.find_first_of("\"\\"), rest_.size());
    unescaped_->append(rest_.substr(0, run));
    rest_.remove_prefix(run);
    if (!rest_.starts_with('\\')) continue;
    if (rest_.size() < 2) return item::malformed;
    unescaped_->push_back(rest_[1]);
    rest_.remove_prefix(2);
  }
  if (rest_.empty()) return item::malformed;
  rest_.remove_prefix(1);
  text = unescaped_->view();
  return item::text;
}

array_reader::item array_reader::skip_nested() noexcept {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < rest_.size(); ++i) {
    const char c = rest_[i];
    if (c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == '{') {
      ++depth;
    } else if (!quoted && c == '}' && --depth == 0) {
      rest_.remove_prefix(i + 1);
      return item::nested;
    }
  }
  return item::malformed;
}

}  // namespace tidewire::event
