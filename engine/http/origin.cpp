#include "http/ascii.hpp"
#include "http/errc.hpp"
#include "http/pool.hpp"

#include <charconv>

namespace tidewire::http {

namespace {

constexpr std::uint16_t default_port(bool tls) noexcept {
  return tls ? 443 : 80;
}

bool is_host_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

/// Reads `name` or `[v6 address]` from the front of `authority`.
bool read_host(std::string_view& authority, std::string& host) {
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos || end == 1) return false;
    host = authority.substr(1, end - 1);
    authority.remove_prefix(end + 1);
    return host.find_first_not_of("0123456789abcdefABCDEF:.%") == std::string::npos;
  }
  const auto end = authority.find(':');
  host.clear();
  for (const char c : authority.substr(0, end)) {
    if (!is_host_character(lower(c))) return false;
    host.push_back(lower(c));
  }
  authority.remove_prefix(host.size());
  return !host.empty();
}

}  // namespace

std::string origin::authority() const {
  std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != default_port(tls)) text += ":" + std::to_string(port);
  return text;
}

result<origin> parse_origin(std::string_view url, std::string* path) {
  origin to;
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return errc::malformed_url;
  const std::string_view scheme = url.substr(0, scheme_end);
  if (equal_in_any_case(scheme, "https")) {
    to.tls = true;
  } else if (equal_in_any_case(scheme, "http")) {
    to.tls = false;
  } else {
    return errc::malformed_url;
  }
  std::string_view rest = url.substr(scheme_end + 3);
  std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  rest.remove_prefix(authority.size());
  to.port = default_port(to.tls);
  if (!read_host(authority, to.host)) return errc::malformed_url;
  if (!authority.empty()) {
    authority.remove_prefix(1);  // the colon, or what a bracket may not be followed by
    const char* const end = authority.data() + authority.size();
    if (*(authority.data() - 1) != ':') return errc::malformed_url;
    const auto [stop, error] = std::from_chars(authority.data(), end, to.port);
    if (error != std::errc{} || stop != end || to.port == 0) return errc::malformed_url;
  }
  if (path != nullptr) {
    rest = rest.substr(0, rest.find('#'));
    *path = rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
  }
  return to;
}

}  // namespace tidewire::http
