#pragma once

#include "aws/failure.hpp"
#include "http/message.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace tidewire::aws {

/// Reads why a request was refused, whichever protocol answers: the header x-amzn-ErrorType, else
/// `__type`, else `code` of a JSON or CBOR body, else the XML of the Query protocol, else
/// x-amzn-query-error; without namespaces, and with its remedy.
failure read_failure(const http::response& answer);

/// A failed entry of a batch call: it has a code and a message of its own and no status.
failure entry_failure(std::string_view code, std::string_view message);

/// The request got no answer; `to` is the host that it went to.
failure transport_failure(const error_code& error, std::string to);

/// A 2xx answer that does not say what it must: the service stumbled.
failure malformed_answer();

/// Strips `com.amazonaws.sqs#Code` and `Code:http://…` to `Code`.
std::string_view bare_code(std::string_view code) noexcept;

/// The instant in a Date header, `Sun, 06 Nov 1994 08:49:37 GMT`.
std::optional<std::chrono::system_clock::time_point> parse_http_date(std::string_view text);

}  // namespace tidewire::aws
