#include "http/message_text.hpp"

#include "base/json_text.hpp"
#include "http/ascii.hpp"

#include <cstdint>

namespace tidewire::http {

namespace {

/// A line end inside a name or value would let its author write further headers.
void append_field_text(byte_buffer& out, std::string_view text) {
  char* end = out.prepare(text.size());
  for (const char c : text) *end++ = c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
  out.commit(text.size());
}

void append_field(byte_buffer& out, std::string_view name, std::string_view value) {
  append_field_text(out, name);
  out.append(": ");
  append_field_text(out, value);
  out.append("\r\n");
}

void append_length(byte_buffer& out, std::size_t size) {
  out.append("Content-Length: ");
  append_number(out, static_cast<std::uint64_t>(size));
  out.append("\r\n");
}

bool is_framing(std::string_view name) noexcept {
  return equal_in_any_case(name, "content-length") || equal_in_any_case(name, "transfer-encoding");
}

}  // namespace

std::string_view reason_phrase(unsigned status) noexcept {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return {};
  }
}

bool has_body(unsigned status, bool to_head) noexcept {
  return !to_head && status >= 200 && status != 204 && status != 304;
}

void append_request_head(byte_buffer& out, const request& message, std::string_view host) {
  append_field_text(out, message.method);
  out.push_back(' ');
  append_field_text(out, message.target);
  out.append(" HTTP/1.1\r\n");
  append_field(out, "Host", host);
  for (const auto& [name, value] : message.headers)
    if (!is_framing(name) && !equal_in_any_case(name, "host")) append_field(out, name, value);
  // A method that usually has a body says so even when there is none (RFC 9110, section 8.6).
  if (!message.body.empty() || message.method == "POST" || message.method == "PUT" ||
      message.method == "PATCH")
    append_length(out, message.body.size());
  out.append("\r\n");
}

void append_response_head(byte_buffer& out,
                          const response& message,
                          const response_framing& framing) {
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::uint64_t>(message.status));
  out.push_back(' ');
  out.append(reason_phrase(message.status));
  out.append("\r\n");
  bool dated = framing.date.empty();
  for (const auto& [name, value] : message.headers) {
    if (is_framing(name) || equal_in_any_case(name, "connection")) continue;
    dated = dated || equal_in_any_case(name, "date");
    append_field(out, name, value);
  }
  if (!dated) append_field(out, "Date", framing.date);
  if (has_body(message.status, false)) append_length(out, message.body.size());
  if (!framing.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (framing.http_1_0) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
}

}  // namespace tidewire::http
