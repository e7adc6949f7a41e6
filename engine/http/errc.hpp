#pragma once

#include "base/result.hpp"

#include <type_traits>

namespace tidewire::http {

enum class errc {
  deadline_exceeded = 1,
  malformed_url,
  malformed_response,
  response_too_large,
  host_not_found,
  head_too_large,
  body_too_large,
  malformed_request,
  connection_closed,
};

const boost::system::error_category& http_category() noexcept;
/// Why a peer's certificate was refused; the value is OpenSSL's X509_V_ERR_….
const boost::system::error_category& certificate_category() noexcept;
/// What else OpenSSL says went wrong; the value is the low half of its packed error.
const boost::system::error_category& tls_category() noexcept;
inline error_code make_error_code(errc e) noexcept {
  return {static_cast<int>(e), http_category()};
}

}  // namespace tidewire::http

template <>
struct boost::system::is_error_code_enum<tidewire::http::errc> : std::true_type {};
