#include "consumer/output.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <vector>

namespace tidewire::consumer {
namespace {

std::size_t write(output& out, std::vector<std::string> pieces) {
  asio::io_context io(1);
  std::size_t whole = 0;
  asio::co_spawn(io, out.write(std::move(pieces)), [&](std::exception_ptr, std::size_t count) {
    whole = count;
  });
  io.run();
  return whole;
}

TEST(Output, WritesThePiecesInOrderAndCountsThem) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  output out(ends[1]);
  EXPECT_EQ(write(out, {"one\n", "", "two\n"}), 3U);
  EXPECT_EQ(out.error(), 0);
  std::array<char, 64> got{};
  const auto size = read(ends[0], got.data(), got.size());
  EXPECT_EQ(std::string(got.data(), static_cast<std::size_t>(size)), "one\ntwo\n");
  close(ends[0]);
  close(ends[1]);
}

TEST(Output, CountsNothingOnceTheOtherEndIsGone) {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  close(ends[0]);
  output out(ends[1]);
  EXPECT_EQ(write(out, {"one\n", "two\n"}), 0U);
  EXPECT_EQ(out.error(), EPIPE);
  EXPECT_EQ(write(out, {"three\n"}), 0U);
  close(ends[1]);
}

}  // namespace
}  // namespace tidewire::consumer
