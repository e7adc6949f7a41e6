#include "aws/retry_table.hpp"

#include <array>

namespace tidewire::aws {

namespace {

struct row {
  std::string_view code;
  remedy what;
};

/// Source: the standard retry mode of the AWS SDKs (botocore 1.44.5, retries/standard.py), the
/// common errors of the JSON protocols and the Kinesis, EventBridge and SQS API references. What is
/// not here is decided by the status.
constexpr std::array table{
    // Throttled.
    row{"Throttling", remedy::slow_down},
    row{"ThrottlingException", remedy::slow_down},
    row{"ThrottledException", remedy::slow_down},
    row{"RequestThrottledException", remedy::slow_down},
    row{"RequestThrottled", remedy::slow_down},
    row{"TooManyRequestsException", remedy::slow_down},
    row{"ProvisionedThroughputExceededException", remedy::slow_down},
    row{"TransactionInProgressException", remedy::slow_down},
    row{"RequestLimitExceeded", remedy::slow_down},
    row{"BandwidthLimitExceeded", remedy::slow_down},
    row{"LimitExceededException", remedy::slow_down},
    row{"SlowDown", remedy::slow_down},
    row{"PriorRequestNotComplete", remedy::slow_down},
    row{"EC2ThrottledException", remedy::slow_down},
    row{"KMSThrottlingException", remedy::slow_down},
    row{"KmsThrottled", remedy::slow_down},
    row{"OverLimit", remedy::slow_down},
    // The service stumbled.
    row{"RequestTimeout", remedy::retry},
    row{"RequestTimeoutException", remedy::retry},
    row{"InternalFailure", remedy::retry},
    row{"InternalError", remedy::retry},
    row{"InternalException", remedy::retry},
    row{"InternalServerError", remedy::retry},
    row{"InternalServiceFailure", remedy::retry},
    row{"ServiceUnavailable", remedy::retry},
    row{"ConcurrentModificationException", remedy::retry},
    // The credentials were good once: newer ones may be in the file or at the provider.
    row{"ExpiredToken", remedy::refresh_credentials},
    row{"ExpiredTokenException", remedy::refresh_credentials},
    row{"TokenRefreshRequired", remedy::refresh_credentials},
    row{"UnrecognizedClientException", remedy::refresh_credentials},
    row{"InvalidClientTokenId", remedy::refresh_credentials},
    // The clock is wrong for certain.
    row{"RequestTimeTooSkewed", remedy::correct_clock},
    row{"RequestExpired", remedy::correct_clock},
    row{"RequestInTheFuture", remedy::correct_clock},
};

bool is_about_signature(std::string_view code) noexcept {
  return code == "InvalidSignatureException" || code == "SignatureDoesNotMatch" ||
         code == "AuthFailure";
}

}  // namespace

remedy remedy_of(unsigned status, std::string_view code, std::string_view message) noexcept {
  for (const auto& [known, what] : table)
    if (code == known) return what;
  if (is_about_signature(code)) {
    // "Signature expired: … is now earlier than …" and "Signature not yet current: … is still later
    // than …".
    const bool skewed = message.find("Signature expired") != std::string_view::npos ||
                        message.find("not yet current") != std::string_view::npos;
    return skewed ? remedy::correct_clock : remedy::none;
  }
  if (status >= 500 || status == 408) return remedy::retry;
  return status == 429 ? remedy::slow_down : remedy::none;
}

}  // namespace tidewire::aws
