#pragma once

#include "aws/digest.hpp"
#include "http/message.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tidewire::aws {

/// With what to sign; the views live during the call.
struct signing_keys {
  std::string_view access_key_id;
  std::string_view secret_access_key;
  std::string_view session_token;  // empty: none
};

struct signing_options {
  bool normalize_path = true;       // take out `.`, `..` and doubled slashes; S3 alone does not
  bool sign_body = false;           // also send the body's hash as x-amz-content-sha256
  bool omit_session_token = false;  // add the token after signing, as IoT wants it
  std::optional<sha256_digest> body_digest = std::nullopt;  // where it is known already
};

/// What was computed on the way, for tests and for comparing with what a service says it expected.
struct signature {
  std::string canonical_request;
  std::string string_to_sign;
  std::string hex;
  std::string authorization;  // the header's value; empty when signing a query
};

/// AWS Signature Version 4 for one region and service. The signing key of the day is kept.
/// Source: AWS General Reference, "Create a signed AWS API request"; the test suite of aws-c-auth.
class signer {
 public:
  signer(std::string region, std::string service)
      : region_(std::move(region)), service_(std::move(service)) {}

  /// Adds X-Amz-Date, X-Amz-Security-Token, x-amz-content-sha256 (each if wanted) and Authorization
  /// to the headers. `host` is the Host header's value, which the client adds when sending; a Host
  /// among the headers is ignored in its favour.
  signature sign(http::request& message,
                 std::string_view host,
                 const signing_keys& keys,
                 std::chrono::system_clock::time_point now,
                 const signing_options& how = {});

  /// Signs in the query instead: the target becomes a URL that anybody may use until `expires`
  /// after `now`.
  signature presign(http::request& message,
                    std::string_view host,
                    const signing_keys& keys,
                    std::chrono::system_clock::time_point now,
                    std::chrono::seconds expires,
                    const signing_options& how = {});

 private:
  const sha256_digest& signing_key(std::string_view secret, std::string_view day);
  void finish(signature& s, std::string_view amz_date, const signing_keys& keys);
  std::string scope(std::string_view day) const;

  std::string region_;
  std::string service_;
  std::string key_day_;
  std::string key_secret_;
  sha256_digest key_{};
};

/// `20150830T123600Z`.
std::string amz_date(std::chrono::system_clock::time_point now);

}  // namespace tidewire::aws
