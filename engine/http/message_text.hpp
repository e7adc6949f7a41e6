#pragma once

#include "base/byte_buffer.hpp"
#include "http/message.hpp"

#include <string_view>

namespace tidewire::http {

/// Appends the head of a request, blank line included: request line, Host, the message's own
/// headers, Content-Length. Host, Content-Length and Transfer-Encoding among the message's headers
/// are left out in favour of ours. Line ends in values become blanks.
void append_request_head(byte_buffer& out, const request& message, std::string_view host);

/// What an answer's framing depends on, beside the answer.
struct response_framing {
  bool to_head = false;  // the request was HEAD: the length is told, no body follows
  bool keep_alive = true;
  bool http_1_0 = false;  // the client must be told that the connection stays
  std::string_view date;  // used where the answer has no Date
};

/// Appends the head of an answer, blank line included. Connection, Content-Length and
/// Transfer-Encoding are ours.
void append_response_head(byte_buffer& out,
                          const response& message,
                          const response_framing& framing);

/// Whether the body follows the head: not after HEAD, nor with 1xx, 204 and 304 (RFC 9110,
/// section 6.4.1).
bool has_body(unsigned status, bool to_head) noexcept;

/// The usual words for a status, such as "Not Found"; empty for one without.
std::string_view reason_phrase(unsigned status) noexcept;

}  // namespace tidewire::http
