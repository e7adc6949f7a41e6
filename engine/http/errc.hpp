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
};

const boost::system::error_category& http_category() noexcept;
inline error_code make_error_code(errc e) noexcept { return {static_cast<int>(e), http_category()}; }

}  // namespace tidewire::http

template <>
struct boost::system::is_error_code_enum<tidewire::http::errc> : std::true_type {};
