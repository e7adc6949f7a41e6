#include "local/front/signature.hpp"

#include <algorithm>
#include <utility>

namespace tidewire::local {
namespace {

bool is_unreserved(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

void append_encoded(std::string& out, std::string_view text, bool keep_slash) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c) || (keep_slash && c == '/')) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(digits[byte >> 4U]);
    out.push_back(digits[byte & 15U]);
  }
}

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) {
      out.push_back(text[i]);
      continue;
    }
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

/// Without `.`, `..` and empty segments; a slash at the end stays.
std::string normalized_path(std::string_view path) {
  std::vector<std::string_view> segments;
  const bool ends_in_slash = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
  while (!path.empty()) {
    const auto slash = path.find('/');
    const auto segment = path.substr(0, slash);
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
    if (segment == ".." && !segments.empty())
      segments.pop_back();
    else if (!segment.empty() && segment != "." && segment != "..")
      segments.push_back(segment);
  }
  std::string out;
  for (const auto segment : segments) {
    out.push_back('/');
    out.append(segment);
  }
  if (out.empty() || ends_in_slash) out.push_back('/');
  return out;
}

void append_query(std::string& out, std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!query.empty()) {
    const auto ampersand = query.find('&');
    const auto one = query.substr(0, ampersand);
    query = ampersand == std::string_view::npos ? std::string_view{} : query.substr(ampersand + 1);
    if (one.empty()) continue;
    const auto equals = one.find('=');
    auto& [name, value] = parameters.emplace_back();
    append_encoded(name, percent_decoded(one.substr(0, equals)), false);
    if (equals != std::string_view::npos)
      append_encoded(value, percent_decoded(one.substr(equals + 1)), false);
  }
  std::sort(parameters.begin(), parameters.end());
  bool first = true;
  for (const auto& [name, value] : parameters) {
    if (!first) out.push_back('&');
    first = false;
    out.append(name).append("=").append(value);
  }
}

/// Blanks at both ends gone, runs of blanks inside made one.
void append_trimmed(std::string& out, std::string_view value) {
  bool pending = false;
  bool begun = false;
  for (const char c : value) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      pending = begun;
      continue;
    }
    if (pending) out.push_back(' ');
    pending = false;
    begun = true;
    out.push_back(c);
  }
}

bool same_name(std::string_view left, std::string_view right) noexcept {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [&](char a, char b) {
    return lower(a) == lower(b);
  });
}

bool append_header(std::string& out, const http::request& message, std::string_view name) {
  bool found = false;
  out.append(name).append(":");
  for (const auto& header : message.headers) {
    if (!same_name(header.name, name)) continue;
    if (found) out.push_back(',');
    found = true;
    append_trimmed(out, header.value);
  }
  out.push_back('\n');
  return found;
}

}  // namespace

std::optional<std::string> canonical_request(const http::request& message,
                                             std::string_view signed_headers,
                                             const sha256_digest& body) {
  std::string out = message.method + "\n";
  const std::string_view target = message.target;
  const auto question = target.find('?');
  append_encoded(out, normalized_path(target.substr(0, question)), true);
  out.push_back('\n');
  if (question != std::string_view::npos) append_query(out, target.substr(question + 1));
  out.push_back('\n');
  for (std::string_view rest = signed_headers; !rest.empty();) {
    const auto semicolon = rest.find(';');
    if (!append_header(out, message, rest.substr(0, semicolon))) return std::nullopt;
    rest = semicolon == std::string_view::npos ? std::string_view{} : rest.substr(semicolon + 1);
  }
  out.append("\n").append(signed_headers).append("\n").append(hex(body));
  return out;
}

}  // namespace tidewire::local
