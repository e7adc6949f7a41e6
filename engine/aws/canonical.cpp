#include "aws/canonical.hpp"

#include "http/ascii.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tidewire::aws {

namespace {

bool is_unreserved(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = http::lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

/// Undoes %XX; what is not an escape stays. A plus sign is a plus sign.
std::string percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high >= 0 && low >= 0) {
        out.push_back(static_cast<char>(high * 16 + low));
        i += 2;
        continue;
      }
    }
    out.push_back(text[i]);
  }
  return out;
}

std::string without_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!segment.empty() && segment != ".") {
      kept.push_back(segment);
    }
    begin = end + 1;
  }
  std::string out;
  for (const auto segment : kept) out.append("/").append(segment);
  if (out.empty() || path.ends_with('/')) out.push_back('/');
  return out;
}

std::string re_encoded(std::string_view text) {
  std::string out;
  append_uri_encoded(out, percent_decoded(text), false);
  return out;
}

/// Adds a value trimmed and with inner white space folded, line ends of folded headers included.
void append_folded(std::string& out, std::string_view value) {
  const auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  bool gap = false;
  bool begun = false;
  for (const char c : value) {
    if (is_space(c)) {
      gap = begun;
      continue;
    }
    if (gap) out.push_back(' ');
    gap = false;
    begun = true;
    out.push_back(c);
  }
}

bool is_left_out(std::string_view lower_name) noexcept {
  constexpr std::array<std::string_view, 6> changed_on_the_way{
      "authorization", "expect", "host", "transfer-encoding", "user-agent", "x-amzn-trace-id"};
  return std::find(changed_on_the_way.begin(), changed_on_the_way.end(), lower_name) !=
         changed_on_the_way.end();
}

}  // namespace

void append_uri_encoded(std::string& out, std::string_view text, bool keep_slash) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c) || (keep_slash && c == '/')) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(digits[byte >> 4U]);
      out.push_back(digits[byte & 15U]);
    }
  }
}

std::string canonical_path(std::string_view path, bool normalize) {
  if (path.empty() || path == "/") return "/";  // nearly every request
  std::string out;
  if (normalize) {
    append_uri_encoded(out, without_dot_segments(path), true);
  } else {
    append_uri_encoded(out, path, true);
  }
  return out;
}

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view parameter = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (parameter.empty()) continue;
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    const std::string_view value = parameter.substr(std::min(equals + 1, parameter.size()));
    parameters.emplace_back(re_encoded(parameter.substr(0, equals)), re_encoded(value));
  }
  std::sort(parameters.begin(), parameters.end());
  std::string out;
  for (const auto& [name, value] : parameters) {
    if (!out.empty()) out.push_back('&');
    out.append(name).append("=").append(value);
  }
  return out;
}

canonical_headers canonicalize(const std::vector<http::header>& headers, std::string_view host) {
  std::vector<std::pair<std::string, std::string>> lines;
  lines.reserve(headers.size() + 1);
  lines.emplace_back("host", host);
  for (const auto& [name, value] : headers) {
    std::string lower_name(name);
    for (char& c : lower_name) c = http::lower(c);
    if (is_left_out(lower_name)) continue;
    std::string folded;
    append_folded(folded, value);
    const auto behind_equals = std::upper_bound(
        lines.begin(), lines.end(), lower_name, [](const auto& n, const auto& line) {
          return n < line.first;
        });
    lines.emplace(behind_equals, std::move(lower_name), std::move(folded));
  }
  canonical_headers out;
  std::string_view last;
  for (const auto& [name, value] : lines) {
    if (!last.empty() && name == last) {
      out.lines.back() = ',';
      out.lines.append(value).push_back('\n');
      continue;
    }
    last = name;
    out.lines.append(name).append(":").append(value).push_back('\n');
    if (!out.signed_names.empty()) out.signed_names.push_back(';');
    out.signed_names += name;
  }
  return out;
}

}  // namespace tidewire::aws
