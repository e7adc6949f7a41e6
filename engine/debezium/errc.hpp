#pragma once

#include "base/result.hpp"

#include <type_traits>

namespace tidewire::debezium {

/// Why bytes are not Debezium's position file.
enum class errc {
  not_java = 1,
  not_a_map,
  not_bytes,
  truncated,
  trailing_bytes,
  not_a_position,
};

error_code make_error_code(errc e) noexcept;

}  // namespace tidewire::debezium

template <>
struct boost::system::is_error_code_enum<tidewire::debezium::errc> : std::true_type {};
