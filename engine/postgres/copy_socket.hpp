#pragma once

#include "base/result.hpp"
#include "postgres/copy_frames.hpp"
#include "postgres/transport.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace tidewire::postgres {

/// A connection that libpq has made, while a copy stream runs on it that libpq knows nothing of.
/// Never blocks.
class copy_socket {
 public:
  explicit copy_socket(transport bytes) noexcept : bytes_(std::move(bytes)) {}

  /// The next message; reads the socket when none is there. `incomplete`: it would have to wait.
  /// `malformed`: see trouble().
  copy_frames::kind next(std::string_view& body);
  /// See copy_frames.
  bool peek_data(std::string_view& body) noexcept { return frames_.peek_data(body); }
  void trim() { frames_.trim(); }

  enum class sent : std::uint8_t { all, some, failed };
  /// Hands over one message and sends as much as the socket takes now; flush() sends the rest.
  sent put(char type, std::string_view body);
  sent flush();

  /// Bounds what the kernel keeps for us to read, where the server is near: from afar it must keep
  /// what is sent in a round trip. \return whether it does.
  bool hold_at_most(std::size_t bytes) noexcept;

  /// Why the connection is lost.
  const std::string& trouble() const noexcept {
    return trouble_.empty() ? bytes_.trouble() : trouble_;
  }

 private:
  bool read_some();

  transport bytes_;
  copy_frames frames_;
  std::string unsent_;
  std::string trouble_;  // of the protocol
  bool looked_ = false;  // there was no more when it was read last
};

/// The fields of an ErrorResponse that are told further.
/// Source: PostgreSQL manual, "Error and Notice Message Fields".
struct error_fields {
  std::string_view severity;  // not translated: ERROR, FATAL, PANIC
  std::string_view sqlstate;
  std::string_view message;
  std::string_view detail;
  std::string_view hint;
};
error_fields read_error(std::string_view body) noexcept;

}  // namespace tidewire::postgres
