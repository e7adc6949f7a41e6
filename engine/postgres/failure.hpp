#pragma once

#include "base/task.hpp"
#include "postgres/errc.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tidewire::postgres {

/// What a failure asks of the caller. The one table that decides it is in failure.cpp.
enum class remedy : std::uint8_t {
  retry,  // the server or the network is away, or busy: connect again after a backoff, for ever
  none,   // the configuration cannot work until somebody changes it or the database: say so; at the
          // start, give up
};

/// Why a step with the server did not succeed.
struct failure {
  error_code code;       // errc, or what the system said (refused, host not found)
  std::string sqlstate;  // five characters, such as 28P01; empty where the server did not speak
  std::string message;   // one line, names what was tried and quotes the server; holds no secret
  remedy what = remedy::retry;
};

/// The remedy for an error. `sqlstate` decides where there is one.
/// Source: PostgreSQL manual, appendix A "PostgreSQL Error Codes"; the reasons are in the table.
remedy remedy_for(error_code code, std::string_view sqlstate) noexcept;

/// A failure of our own finding, with its remedy looked up.
failure make_failure(error_code code, std::string message, std::string_view sqlstate = {});

/// The message, with the SQLSTATE where there is one; for logs and errors.
std::string describe(const failure& f);

[[noreturn]] void throw_exception_from_error(const failure& f, const boost::source_location& where);

template <class T>
using outcome = boost::system::result<T, failure>;

/// A step with the server. References and views given to it must live until it has ended.
template <class T>
using call = asio::awaitable<outcome<T>>;

/// The answer of a step that answers nothing.
struct nothing {};

}  // namespace tidewire::postgres
