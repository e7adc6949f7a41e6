#include "base/free_port.hpp"

#include "base/startup_error.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>

namespace tidewire {
namespace {

constexpr std::uint16_t lowest = 15'000;
constexpr std::uint16_t highest = 32'000;
constexpr int tries = 1000;

bool is_free(std::uint16_t port) {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const bool bound = bind(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(probe);
  return bound;
}

}  // namespace

std::uint16_t free_port() {
  std::random_device random;
  std::uniform_int_distribution<std::uint16_t> any(lowest, highest);
  for (int i = 0; i < tries; ++i)
    if (const std::uint16_t port = any(random); is_free(port)) return port;
  throw startup_error("no free port on 127.0.0.1", 1);
}

}  // namespace tidewire
