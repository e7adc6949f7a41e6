#include "postgres/copy_socket.hpp"

#include "base/cursor.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cstdint>
#include <utility>

namespace tidewire::postgres {
namespace {

/// A rest of 300 µs gathers some 12 KB at the pace of a fast walsender; the rest is for a reader
/// that was held up.
constexpr std::size_t read_bytes = 128U * 1024U;

/// Whether the server is on this machine, or a round trip to it so short that the bytes of one are
/// few.
bool is_near(int socket) noexcept {
  constexpr std::uint32_t near_us = 1000;
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return false;
  if (peer.ss_family != AF_INET && peer.ss_family != AF_INET6) return false;  // no TCP, no window
  if (peer.ss_family == AF_INET) {
    constexpr std::uint32_t loopback_net = 127;
    const auto& address = reinterpret_cast<const sockaddr_in&>(peer).sin_addr;
    if (ntohl(address.s_addr) >> 24U == loopback_net) return true;
  } else if (IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr)) {
    return true;
  }
  tcp_info info{};
  size = sizeof info;
  return ::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 && info.tcpi_rtt < near_us;
}

void append_big(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

}  // namespace

copy_frames::kind copy_socket::next(std::string_view& body) {
  for (;;) {
    const auto found = frames_.next(body);
    if (found == copy_frames::kind::malformed)
      trouble_ = "the server sent what is not its protocol";
    if (found != copy_frames::kind::incomplete) return found;
    if (std::exchange(looked_, false)) return found;
    if (!read_some()) return trouble().empty() ? found : copy_frames::kind::malformed;
  }
}

bool copy_socket::read_some() {
  char* const room = frames_.prepare(read_bytes);
  const std::size_t size = bytes_.read(room, frames_.room());
  frames_.commit(size);
  looked_ = size > 0 && bytes_.drained();
  return size > 0;
}

copy_socket::sent copy_socket::put(char type, std::string_view body) {
  unsent_.push_back(type);
  append_big(unsent_, static_cast<std::uint32_t>(body.size() + sizeof(std::uint32_t)));
  unsent_.append(body);
  return flush();
}

copy_socket::sent copy_socket::flush() {
  while (!unsent_.empty()) {
    const std::size_t size = bytes_.write(unsent_);
    if (size == 0) return trouble().empty() ? sent::some : sent::failed;
    unsent_.erase(0, size);
  }
  return sent::all;
}

bool copy_socket::hold_at_most(std::size_t bytes) noexcept {
  const int size = static_cast<int>(bytes);
  const int socket = bytes_.socket();
  return is_near(socket) && ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size) == 0;
}

error_fields read_error(std::string_view body) noexcept {
  error_fields fields;
  cursor in(body);
  char type = 0;
  std::string_view text;
  while (in.read_byte(type) && type != '\0' && in.read_c_string(text)) {
    switch (type) {
      case 'V':
        fields.severity = text;
        break;
      case 'C':
        fields.sqlstate = text;
        break;
      case 'M':
        fields.message = text;
        break;
      case 'D':
        fields.detail = text;
        break;
      case 'H':
        fields.hint = text;
        break;
      default:
        break;
    }
  }
  return fields;
}

}  // namespace tidewire::postgres
