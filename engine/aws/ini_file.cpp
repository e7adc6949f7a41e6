#include "aws/ini_file.hpp"

#include "http/ascii.hpp"

#include <algorithm>

namespace tidewire::aws {

namespace {

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t';
}
bool is_comment_mark(char c) noexcept {
  return c == '#' || c == ';';
}

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && (is_blank(text.back()) || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

/// A mark inside a word, as in a password, begins no comment.
std::string_view without_comment(std::string_view text) noexcept {
  for (std::size_t i = 1; i < text.size(); ++i)
    if (is_comment_mark(text[i]) && is_blank(text[i - 1])) return text.substr(0, i);
  return text;
}

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), http::lower);
  return out;
}

/// `profile  "my name"` becomes `profile my name`.
std::string section_name(std::string_view text) {
  std::string out;
  for (const char c : trimmed(text)) {
    if (c == '"' || c == '\'') continue;
    if (!is_blank(c)) {
      out.push_back(c);
    } else if (!out.empty() && out.back() != ' ') {
      out.push_back(' ');
    }
  }
  return out;
}

std::string& value_of(ini_file::section& in, std::string_view key) {
  for (auto& [known, value] : in.properties)
    if (known == key) return value;
  return in.properties.emplace_back(key, std::string()).second;
}

bool split(std::string_view line, std::string_view& key, std::string_view& value) noexcept {
  const auto equals = line.find('=');
  if (equals == std::string_view::npos) return false;
  key = trimmed(line.substr(0, equals));
  value = trimmed(without_comment(line.substr(equals + 1)));
  return !key.empty();
}

}  // namespace

const std::string* ini_file::section::find(std::string_view key) const noexcept {
  for (const auto& [known, value] : properties)
    if (known == key) return &value;
  return nullptr;
}

const ini_file::section* ini_file::find(std::string_view name) const noexcept {
  for (const auto& s : sections_)
    if (s.name == name) return &s;
  return nullptr;
}

ini_file::section& ini_file::section_named(std::string name) {
  for (auto& s : sections_)
    if (s.name == name) return s;
  return sections_.emplace_back(section{std::move(name), {}});
}

ini_file ini_file::parse(std::string_view text) {
  ini_file file;
  std::string in_section;  // by name, since sections move when another is added
  std::string last_key;
  bool inside = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view content = trimmed(line);
    if (content.empty() || is_comment_mark(content.front())) continue;
    if (content.front() == '[' && !is_blank(line.front())) {
      const auto close = content.find(']');
      inside = close != std::string_view::npos;
      if (inside) in_section = file.section_named(section_name(content.substr(1, close - 1))).name;
      last_key.clear();
      continue;
    }
    if (!inside) continue;
    section& s = file.section_named(in_section);
    std::string_view key;
    std::string_view value;
    if (is_blank(line.front()) && !last_key.empty()) {
      if (std::string& above = value_of(s, last_key); !above.empty()) {
        above.append("\n").append(content);
      } else if (split(content, key, value)) {
        value_of(s, last_key + "." + lowered(key)) = value;
      }
      continue;
    }
    if (!split(content, key, value)) continue;
    last_key = lowered(key);
    value_of(s, last_key) = value;
  }
  return file;
}

}  // namespace tidewire::aws
