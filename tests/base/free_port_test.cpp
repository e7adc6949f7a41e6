#include "base/free_port.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tidewire {
namespace {

TEST(FreePort, IsNoneOfTheClientsAndCanBeListenedOn) {
  const std::uint16_t port = free_port();
  EXPECT_LT(port, 32'768);
  EXPECT_GT(port, 1024);
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  EXPECT_EQ(bind(server, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(listen(server, 1), 0);
  close(server);
}

}  // namespace
}  // namespace tidewire
