#include "local/front/signature.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace tidewire::local {
namespace {

using std::chrono::system_clock;

constexpr std::chrono::minutes skew_max{5};
constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

api_error missing_token() {
  return {.code = "MissingAuthenticationTokenException",
          .message = "Missing Authentication Token",
          .status = 400,
          .query_code = "MissingAuthenticationToken"};
}

api_error incomplete(std::string message) {
  return {.code = "IncompleteSignatureException",
          .message = std::move(message),
          .status = 400,
          .query_code = "IncompleteSignature"};
}

api_error invalid(std::string message) {
  return {.code = "InvalidSignatureException",
          .message = std::move(message),
          .status = 400,
          .query_code = "SignatureDoesNotMatch"};
}

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// Cuts the text before the first `separator` off `rest`.
std::string_view cut(std::string_view& rest, char separator) noexcept {
  const auto end = rest.find(separator);
  const auto piece = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return piece;
}

/// `20261122T065256Z`
std::string basic_time(system_clock::time_point time) {
  const std::time_t seconds = system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts);
  return text.data();
}

std::optional<system_clock::time_point> parse_basic_time(const std::string& text) {
  std::tm parts{};
  const char* const end = strptime(text.c_str(), "%Y%m%dT%H%M%SZ", &parts);
  if (end == nullptr || *end != '\0' || text.size() != 16) return std::nullopt;
  // The clock counts nanoseconds in 64 bits: the years 1678 to 2261 fit. No request is of 1970.
  constexpr int first_year = 1970, last_year = 2260, tm_epoch = 1900;
  if (parts.tm_year < first_year - tm_epoch || parts.tm_year > last_year - tm_epoch)
    return std::nullopt;
  return system_clock::from_time_t(timegm(&parts));
}

std::optional<api_error> check_time(const std::string& sent,
                                    system_clock::time_point signed_at,
                                    system_clock::time_point now) {
  if (signed_at < now - skew_max)
    return invalid("Signature expired: " + sent + " is now earlier than " +
                   basic_time(now - skew_max) + " (" + basic_time(now) + " - 5 min.)");
  if (signed_at > now + skew_max)
    return invalid("Signature not yet current: " + sent + " is still later than " +
                   basic_time(now + skew_max) + " (" + basic_time(now) + " + 5 min.)");
  return std::nullopt;
}

/// In a time that does not depend on where the texts differ.
bool same_secret(std::string_view left, std::string_view right) noexcept {
  if (left.size() != right.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < left.size(); ++i)
    difference |= static_cast<unsigned char>(left[i]) ^ static_cast<unsigned char>(right[i]);
  return difference == 0;
}

bool signs_host(std::string_view signed_headers) {
  while (!signed_headers.empty())
    if (cut(signed_headers, ';') == "host") return true;
  return false;
}

}  // namespace

boost::system::result<authorization, api_error> parse_authorization(std::string_view header) {
  std::string_view rest = trimmed(header);
  if (!rest.starts_with(algorithm))
    return incomplete("Authorization header must begin with " + std::string(algorithm) + ".");
  rest.remove_prefix(algorithm.size());
  authorization out;
  std::string_view credential;
  while (!rest.empty()) {
    std::string_view value = trimmed(cut(rest, ','));
    const auto name = cut(value, '=');
    if (name == "Credential") credential = value;
    if (name == "SignedHeaders") out.signed_headers = value;
    if (name == "Signature") out.signature = value;
  }
  std::string missing;
  const auto require = [&](std::string_view value, std::string_view name) {
    if (value.empty())
      missing += "Authorization header requires '" + std::string(name) + "' parameter. ";
  };
  require(credential, "Credential");
  require(out.signature, "Signature");
  require(out.signed_headers, "SignedHeaders");
  if (!missing.empty()) return incomplete(missing + "Authorization=" + std::string(algorithm));
  out.access_key = cut(credential, '/');
  out.date = cut(credential, '/');
  out.region = cut(credential, '/');
  out.service = cut(credential, '/');
  if (out.access_key.empty() || out.date.empty() || out.region.empty() || out.service.empty() ||
      credential != "aws4_request")
    return incomplete(
        "Credential must have exactly 5 slash-delimited elements, e.g. "
        "keyid/date/region/service/aws4_request.");
  return out;
}

const std::string& signature_verifier::signing_key(const authorization& claim) {
  std::string scope;
  scope.append(claim.date).append("/").append(claim.region).append("/").append(claim.service);
  const auto known = keys_.find(scope);
  if (known != keys_.end()) return known->second;
  if (keys_.size() >= 1000) keys_.clear();  // a sender of nonsense must not make us grow
  const auto day = hmac_sha256("AWS4" + secret_, claim.date);
  const auto region = hmac_sha256(as_view(day), claim.region);
  const auto service = hmac_sha256(as_view(region), claim.service);
  const auto key = hmac_sha256(as_view(service), "aws4_request");
  return keys_.emplace(std::move(scope), as_view(key)).first->second;
}

std::optional<api_error> signature_verifier::verify(const http::request& message,
                                                    const sha256_digest& body,
                                                    std::string_view service,
                                                    system_clock::time_point now) {
  const auto header = http::find_header(message.headers, "Authorization");
  if (header.empty()) return missing_token();
  const auto claim = parse_authorization(header);
  if (claim.has_error()) return claim.error();
  const std::string sent(http::find_header(message.headers, "X-Amz-Date"));
  if (sent.empty())
    return incomplete(
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  const auto signed_at = parse_basic_time(sent);
  if (!signed_at)
    return incomplete("Date must be in ISO-8601 'basic format'. Got '" + sent +
                      "'. See http://en.wikipedia.org/wiki/ISO_8601");
  if (claim->date != std::string_view(sent).substr(0, 8))
    return invalid(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        "'" +
        std::string(claim->date) + "' != '" + sent.substr(0, 8) + "', from '" + sent + "'.");
  if (!service.empty() && claim->service != service)
    return invalid("Credential should be scoped to correct service: '" + std::string(service) +
                   "'.");
  if (!signs_host(claim->signed_headers))
    return invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  if (auto late = check_time(sent, *signed_at, now)) return late;
  const auto canonical = canonical_request(message, claim->signed_headers, body);
  if (!canonical) return invalid("A header named in SignedHeaders was not sent.");

  std::string to_sign = std::string(algorithm) + "\n" + sent + "\n";
  to_sign.append(claim->date).append("/").append(claim->region).append("/").append(claim->service);
  to_sign.append("/aws4_request\n").append(hex(sha256(*canonical)));
  if (same_secret(hex(hmac_sha256(signing_key(*claim), to_sign)), claim->signature))
    return std::nullopt;
  return invalid(
      "The request signature we calculated does not match the signature you provided. Check your "
      "AWS Secret Access Key and "
      "signing method. Consult the service documentation for details.\n\nThe Canonical String for "
      "this request should have "
      "been\n'" +
      *canonical + "'\n\nThe String-to-Sign should have been\n'" + to_sign + "'\n");
}

}  // namespace tidewire::local
