#include "aws/sigv4.hpp"

#include "aws/canonical.hpp"

#include <ctime>
#include <utility>

namespace tidewire::aws {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
constexpr std::size_t day_size = 8;  // the YYYYMMDD of an amz_date

struct target_parts {
  std::string_view path;
  std::string_view query;
};

target_parts split(std::string_view target) {
  const auto mark = target.find('?');
  if (mark == std::string_view::npos) return {target, {}};
  return {target.substr(0, mark), target.substr(mark + 1)};
}

/// CanonicalRequest = Method \n Path \n Query \n Header lines \n SignedHeaders \n
/// HexEncode(Hash(Body)); each header line ends in \n itself.
std::string canonical_request(const http::request& message,
                              const canonical_headers& headers,
                              std::string_view body_hash,
                              bool normalize_path) {
  const auto [path, query] = split(message.target);
  std::string out;
  out.reserve(256 + headers.lines.size() + headers.signed_names.size() + message.target.size());
  out.append(message.method).append("\n");
  out.append(canonical_path(path, normalize_path)).append("\n");
  out.append(canonical_query(query)).append("\n");
  out.append(headers.lines).append("\n");
  out.append(headers.signed_names).append("\n");
  out.append(body_hash);
  return out;
}

std::string hash_of(const http::request& message, const signing_options& how) {
  return to_hex(how.body_digest ? *how.body_digest : sha256(message.body));
}

void append_parameter(std::string& target, std::string_view name, std::string_view value) {
  target.push_back(target.find('?') == std::string::npos ? '?' : '&');
  target.append(name).append("=");
  append_uri_encoded(target, value, false);
}

}  // namespace

std::string amz_date(std::chrono::system_clock::time_point now) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[sizeof "20150830T123600Z"];
  const std::size_t size = std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts);
  return {text, size};
}

std::string signer::scope(std::string_view day) const {
  std::string out(day);
  return out.append("/").append(region_).append("/").append(service_).append("/aws4_request");
}

const sha256_digest& signer::signing_key(std::string_view secret, std::string_view day) {
  if (key_day_ == day && key_secret_ == secret) return key_;
  const sha256_digest of_day = hmac_sha256("AWS4" + std::string(secret), day);
  const sha256_digest of_region = hmac_sha256(as_key(of_day), region_);
  const sha256_digest of_service = hmac_sha256(as_key(of_region), service_);
  key_ = hmac_sha256(as_key(of_service), "aws4_request");
  key_day_ = day;
  key_secret_ = secret;
  return key_;
}

void signer::finish(signature& s, std::string_view date, const signing_keys& keys) {
  const std::string_view day = date.substr(0, day_size);
  s.string_to_sign.append(algorithm)
      .append("\n")
      .append(date)
      .append("\n")
      .append(scope(day))
      .append("\n");
  s.string_to_sign.append(to_hex(sha256(s.canonical_request)));
  s.hex = to_hex(hmac_sha256(as_key(signing_key(keys.secret_access_key, day)), s.string_to_sign));
}

signature signer::sign(http::request& message,
                       std::string_view host,
                       const signing_keys& keys,
                       std::chrono::system_clock::time_point now,
                       const signing_options& how) {
  const std::string date = amz_date(now);
  const std::string body_hash = hash_of(message, how);
  const bool token = !keys.session_token.empty();
  message.headers.push_back({"X-Amz-Date", date});
  if (how.sign_body) message.headers.push_back({"x-amz-content-sha256", body_hash});
  if (token && !how.omit_session_token)
    message.headers.push_back({"X-Amz-Security-Token", std::string(keys.session_token)});

  const canonical_headers headers = canonicalize(message.headers, host);
  signature s;
  s.canonical_request = canonical_request(message, headers, body_hash, how.normalize_path);
  finish(s, date, keys);
  s.authorization.append(algorithm).append(" Credential=").append(keys.access_key_id).append("/");
  s.authorization.append(scope(std::string_view(date).substr(0, day_size)));
  s.authorization.append(", SignedHeaders=")
      .append(headers.signed_names)
      .append(", Signature=")
      .append(s.hex);
  message.headers.push_back({"Authorization", s.authorization});
  if (token && how.omit_session_token)
    message.headers.push_back({"X-Amz-Security-Token", std::string(keys.session_token)});
  return s;
}

signature signer::presign(http::request& message,
                          std::string_view host,
                          const signing_keys& keys,
                          std::chrono::system_clock::time_point now,
                          std::chrono::seconds expires,
                          const signing_options& how) {
  const std::string date = amz_date(now);
  const canonical_headers headers = canonicalize(message.headers, host);
  const bool token = !keys.session_token.empty();
  std::string& target = message.target;
  append_parameter(target, "X-Amz-Algorithm", algorithm);
  append_parameter(
      target,
      "X-Amz-Credential",
      std::string(keys.access_key_id) + "/" + scope(std::string_view(date).substr(0, day_size)));
  append_parameter(target, "X-Amz-Date", date);
  append_parameter(target, "X-Amz-SignedHeaders", headers.signed_names);
  append_parameter(target, "X-Amz-Expires", std::to_string(expires.count()));
  if (token && !how.omit_session_token)
    append_parameter(target, "X-Amz-Security-Token", keys.session_token);

  signature s;
  s.canonical_request =
      canonical_request(message, headers, hash_of(message, how), how.normalize_path);
  finish(s, date, keys);
  append_parameter(target, "X-Amz-Signature", s.hex);
  if (token && how.omit_session_token)
    append_parameter(target, "X-Amz-Security-Token", keys.session_token);
  return s;
}

}  // namespace tidewire::aws
