#include "postgres/copy_socket.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

namespace tidewire::postgres {
namespace {

using kind = copy_frames::kind;
using namespace std::string_literals;

class CopySocket : public testing::Test {
 protected:
  CopySocket() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()), 0); }
  ~CopySocket() override {
    close(0);
    close(1);
  }
  void close(std::size_t end) {
    if (ends_[end] >= 0) ::close(ends_[end]);
    ends_[end] = -1;
  }
  void server_sends(const std::string& bytes) {
    EXPECT_EQ(::send(ends_[1], bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  }
  std::string server_received() {
    std::array<char, 65536> bytes;
    const ssize_t size = ::recv(ends_[1], bytes.data(), bytes.size(), MSG_DONTWAIT);
    return size > 0 ? std::string(bytes.data(), static_cast<std::size_t>(size)) : std::string();
  }
  std::array<int, 2> ends_{};
};

TEST_F(CopySocket, HandsOutMessagesAndSaysWhenItWouldHaveToWait) {
  copy_socket stream{transport(ends_[0])};
  std::string_view body;
  EXPECT_EQ(stream.next(body), kind::incomplete);
  server_sends("d\0\0\0\7one"s + "d\0\0\0\7two"s + "d\0\0"s);
  EXPECT_EQ(stream.next(body), kind::data);
  EXPECT_EQ(body, "one");
  EXPECT_EQ(stream.next(body), kind::data);
  EXPECT_EQ(body, "two");
  EXPECT_EQ(stream.next(body), kind::incomplete);
  server_sends("\0\7six"s);
  EXPECT_EQ(stream.next(body), kind::data);
  EXPECT_EQ(body, "six");
  EXPECT_TRUE(stream.trouble().empty());
}

TEST_F(CopySocket, SaysThatTheServerClosedTheConnection) {
  copy_socket stream{transport(ends_[0])};
  server_sends("d\0\0\0\4"s);
  close(1);
  std::string_view body;
  EXPECT_EQ(stream.next(body), kind::data);  // what came before is not lost
  while (stream.next(body) == kind::incomplete) {
  }
  EXPECT_EQ(stream.next(body), kind::malformed);
  EXPECT_EQ(stream.trouble(), "the server closed it");
  EXPECT_EQ(stream.put('d', "report"), copy_socket::sent::failed);
}

TEST_F(CopySocket, FramesWhatItSends) {
  copy_socket stream{transport(ends_[0])};
  EXPECT_EQ(stream.put('d', "report"), copy_socket::sent::all);
  EXPECT_EQ(stream.put('c', ""), copy_socket::sent::all);
  EXPECT_EQ(server_received(), "d\0\0\0\x0Areport"s + "c\0\0\0\4"s);
}

TEST_F(CopySocket, KeepsWhatTheSocketDoesNotTakeForLater) {
  copy_socket stream{transport(ends_[0])};
  const std::string report(50'000, 'r');
  std::size_t sent = 0;
  while (stream.put('d', report) == copy_socket::sent::all) ++sent;
  std::string arrived = server_received();
  while (stream.flush() == copy_socket::sent::some) arrived += server_received();
  for (std::string more = server_received(); !more.empty(); more = server_received())
    arrived += more;
  EXPECT_EQ(arrived.size(), (sent + 1) * (report.size() + 5));
}

TEST(ErrorFields, AreReadFromAnErrorResponse) {
  const std::string body = "SFEHLER\0VERROR\0C55006\0Mslot is active\0DPID 7\0Hwait\0Fslot.c\0\0"s;
  const auto said = read_error(body);
  EXPECT_EQ(said.severity, "ERROR");
  EXPECT_EQ(said.sqlstate, "55006");
  EXPECT_EQ(said.message, "slot is active");
  EXPECT_EQ(said.detail, "PID 7");
  EXPECT_EQ(said.hint, "wait");
}

TEST(ErrorFields, ThoseThatAreMissingOrCutOffAreEmpty) {
  const std::string body = "Mhalf a mess";
  const auto said = read_error(body);
  EXPECT_EQ(said.message, "");
  EXPECT_EQ(said.sqlstate, "");
}

int held_bytes(int socket) {
  int size = 0;
  socklen_t length = sizeof size;
  EXPECT_EQ(::getsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, &length), 0);
  return size;
}

TEST(CopySocketOfAServerNearBy, HoldsNoMoreThanItIsTold) {
  boost::asio::io_context io;
  using boost::asio::ip::tcp;
  tcp::acceptor server(io, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
  tcp::socket ours(io);
  ours.connect(server.local_endpoint());
  copy_socket stream{transport(ours.native_handle())};
  EXPECT_TRUE(stream.hold_at_most(64U * 1024U));
  EXPECT_EQ(held_bytes(ours.native_handle()), 2 * 64 * 1024);  // the kernel's own books included
}

TEST_F(CopySocket, WithoutAWindowHoldsWhatItHeld) {
  const int before = held_bytes(ends_[0]);
  copy_socket stream{transport(ends_[0])};
  EXPECT_FALSE(stream.hold_at_most(64U * 1024U));
  EXPECT_EQ(held_bytes(ends_[0]), before);
}

}  // namespace
}  // namespace tidewire::postgres
