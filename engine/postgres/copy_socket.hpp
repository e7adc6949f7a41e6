#pragma once

#include "base/result.hpp"
#include "postgres/copy_frames.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace tidewire::postgres {

/// The socket of a connection that libpq has made, while a copy stream runs on it that libpq knows
/// nothing of. Never blocks, and does not own the socket. Only for connections that are not
/// encrypted.
class copy_socket {
 public:
  explicit copy_socket(int socket) noexcept : socket_(socket) {}

  /// The next message; reads the socket when none is there. `incomplete`: it would have to wait.
  /// `malformed`: see trouble().
  copy_frames::kind next(std::string_view& body);

  enum class sent : std::uint8_t { all, some, failed };
  /// Hands over one message and sends as much as the socket takes now; flush() sends the rest.
  sent put(char type, std::string_view body);
  sent flush();

  /// Bounds what the kernel keeps for us to read, where the server is near: from afar it must keep
  /// what is sent in a round trip. \return whether it does.
  bool hold_at_most(std::size_t bytes) noexcept;

  /// Why the connection is lost.
  const std::string& trouble() const noexcept { return trouble_; }

 private:
  bool read_some();
  void lost(std::string why) { trouble_ = std::move(why); }

  int socket_;
  copy_frames frames_;
  std::string unsent_;
  std::string trouble_;
  bool drained_ = false;  // the last read took all that was there
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
