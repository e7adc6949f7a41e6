#include "aws/remote_answer.hpp"

#include "aws/canonical.hpp"
#include "aws/document.hpp"
#include "aws/error_answer.hpp"

#include <array>
#include <ctime>

namespace tidewire::aws {

namespace {

std::string_view element(std::string_view xml, std::string_view name) {
  const std::string open = "<" + std::string(name) + ">";
  const auto begin = xml.find(open);
  if (begin == std::string_view::npos) return {};
  const auto end = xml.find('<', begin + open.size());
  return end == std::string_view::npos ? std::string_view()
                                       : xml.substr(begin + open.size(), end - begin - open.size());
}

failure unreadable() {
  failure f = malformed_answer();
  f.message = "the answer holds no credentials";
  return f;
}

}  // namespace

std::optional<std::chrono::system_clock::time_point> parse_iso_time(std::string_view text) {
  std::tm parts{};
  const std::string copy(text);
  const char* rest = strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) return std::nullopt;
  if (*rest == '.')
    for (++rest; *rest >= '0' && *rest <= '9';) ++rest;
  if (std::string_view(rest) != "Z" && std::string_view(rest) != "+00:00") return std::nullopt;
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

outcome<credentials> read_credentials_json(std::string_view body) {
  document d;
  if (!d.parse_json(body)) return unreadable();
  const auto root = d.root();
  if (const auto code = root["Code"].text(); !code.empty() && code != "Success") {
    failure f = entry_failure(code, root["Message"].text());
    f.what = remedy::retry;
    return f;
  }
  credentials c;
  c.access_key_id = root["AccessKeyId"].text();
  c.secret_access_key = root["SecretAccessKey"].text();
  c.session_token = root[root["Token"].present() ? "Token" : "SessionToken"].text();
  c.expires = parse_iso_time(root["Expiration"].text());
  if (c.access_key_id.empty() || c.secret_access_key.empty()) return unreadable();
  return c;
}

outcome<credentials> read_process_json(std::string_view text) {
  document d;
  if (!d.parse_json(text) || d.root()["Version"].integer() != 1) {
    failure f = unreadable();
    f.message = "credential_process must write JSON with \"Version\": 1";
    f.what = remedy::retry;
    return f;
  }
  return read_credentials_json(text);
}

outcome<credentials> read_assumed_role(std::string_view body) {
  credentials c;
  c.access_key_id = element(body, "AccessKeyId");
  c.secret_access_key = element(body, "SecretAccessKey");
  c.session_token = element(body, "SessionToken");
  c.expires = parse_iso_time(element(body, "Expiration"));
  if (c.access_key_id.empty() || c.secret_access_key.empty()) return unreadable();
  return c;
}

std::string web_identity_form(std::string_view role_arn,
                              std::string_view session_name,
                              std::string_view token) {
  std::string form = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=";
  append_uri_encoded(form, role_arn, false);
  form.append("&RoleSessionName=");
  append_uri_encoded(form, session_name, false);
  form.append("&WebIdentityToken=");
  append_uri_encoded(form, token, false);
  return form;
}

bool is_container_host(std::string_view host) noexcept {
  constexpr std::array<std::string_view, 5> agents{
      "localhost", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"};
  for (const auto agent : agents)
    if (host == agent) return true;
  // 127.0.0.0/8; a name that merely begins so has letters in it.
  return host.starts_with("127.") &&
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace tidewire::aws
