#pragma once

#include "base/result.hpp"
#include "base/task.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace tidewire::aws {

/// What a failure asks of the caller. The one table that decides it is in retry_table.cpp.
enum class remedy : std::uint8_t {
  retry,                // the network or the service stumbled: again, after a backoff
  slow_down,            // throttled: again, after a longer backoff
  refresh_credentials,  // expired: fetch new ones, then again
  correct_clock,  // our clock is off by more than the service takes; the answer's Date says by how
                  // much
  none,           // the request itself was refused: again would be refused again
};

/// Why a call, or one entry of a batch call, did not succeed.
struct failure {
  error_code
      transport;  // set when no answer came; then `message` is the host, the rest but `what` empty
  unsigned status = 0;  // HTTP status of the answer
  std::string code;     // such as ProvisionedThroughputExceededException, stripped of namespaces
  std::string message;  // in the service's words
  remedy what = remedy::none;
  bool in_cbor = false;                      // so it was answered: who answers knows it
  std::chrono::milliseconds retry_after{0};  // from x-amz-retry-after or Retry-After, else 0
};

/// `code: message`, or what the system said; for logs and errors. Holds no secret.
std::string describe(const failure& f);

[[noreturn]] void throw_exception_from_error(const failure& f, const boost::source_location& where);

template <class T>
using outcome = boost::system::result<T, failure>;

template <class T>
using call = asio::awaitable<outcome<T>>;

/// The answer of an operation that answers nothing.
struct nothing {};

}  // namespace tidewire::aws
