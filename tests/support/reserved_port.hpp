#pragma once

#include "base/free_port.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>

namespace tidewire::testing {

/// A free port that no other test is given as long as the object lives: it may be long until its
/// server listens. Whoever reserves one binds the abstract unix socket of the port's name, which
/// is gone with its process; tests/golden/cluster.py does the same.
class reserved_port {
 public:
  reserved_port() {
    constexpr int tries = 100;
    for (int i = 0; i < tries && socket_ < 0; ++i) take(free_port());
    if (socket_ < 0) throw std::runtime_error("no port that is not reserved");
  }
  reserved_port(const reserved_port&) = delete;
  reserved_port& operator=(const reserved_port&) = delete;
  ~reserved_port() { ::close(socket_); }

  std::uint16_t number() const { return number_; }

 private:
  void take(std::uint16_t number) {
    const std::string name = "tidewire-port-" + std::to_string(number);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path + 1, name.data(), name.size());  // behind a NUL: abstract
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    const int held = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(held, reinterpret_cast<const sockaddr*>(&address), size) != 0) {
      ::close(held);
      return;
    }
    socket_ = held;
    number_ = number;
  }

  int socket_ = -1;
  std::uint16_t number_ = 0;
};

}  // namespace tidewire::testing
