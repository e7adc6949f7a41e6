#pragma once

#include "http/message.hpp"
#include "local/call/digest.hpp"
#include "local/call/service.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Signature Version 4 from the receiving side, written from the published rules and sharing
/// nothing with the clients' signer, so that a wrong signer cannot pass by agreeing with itself.
/// Source: AWS General Reference, "Signature Version 4 signing process".
namespace tidewire::local {

/// `AWS4-HMAC-SHA256 Credential=ID/20261122/us-east-1/kinesis/aws4_request,
/// SignedHeaders=host;x-amz-date, Signature=…` The views point into the header's value.
struct authorization {
  std::string_view access_key;
  std::string_view date;
  std::string_view region;
  std::string_view service;
  std::string_view signed_headers;
  std::string_view signature;
};

/// \return the parts, or what AWS says about a header that lacks some of them
/// (IncompleteSignatureException).
boost::system::result<authorization, api_error> parse_authorization(std::string_view header);

/// METHOD \n path \n query \n header:value \n … \n\n signed headers \n SHA-256 of the body; the
/// headers exactly as the sender lists them.
/// \param body the digest of the message's body.
/// \return nothing if a listed header was not sent.
std::optional<std::string> canonical_request(const http::request& message,
                                             std::string_view signed_headers,
                                             const sha256_digest& body);

/// Any access key is welcome as long as the secret was ours. For one thread.
class signature_verifier {
 public:
  explicit signature_verifier(std::string secret) : secret_(std::move(secret)) {}

  /// \param body the digest of the message's body.
  /// \param service the signing name that this endpoint expects: `kinesis`, `events`, `sqs`; empty:
  /// any.
  /// \return nothing if the request is signed well, else the refusal.
  std::optional<api_error> verify(const http::request& message,
                                  const sha256_digest& body,
                                  std::string_view service,
                                  std::chrono::system_clock::time_point now);

 private:
  const std::string& signing_key(const authorization& claim);

  std::string secret_;
  std::map<std::string, std::string, std::less<>> keys_;  // by `date/region/service`
};

}  // namespace tidewire::local
