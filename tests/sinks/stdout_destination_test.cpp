#include "sinks/stdout_destination.hpp"

#include "sinks/encoded_request.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <exception>
#include <string>

namespace tidewire::sinks {
namespace {

TEST(StdoutDestination, WritesALineOfJsonPerRecord) {
  std::array<int, 2> ends;
  ASSERT_EQ(pipe(ends.data()), 0);
  encoded_request what("a\"b");
  what.add(R"({"id":1})", R"({"op":"c"})").add(R"({"id":1})", "").add("", R"({"op":"r"})", false);
  stdout_destination sink(ends[1]);
  report out;
  asio::io_context io;
  asio::co_spawn(io, sink.send(what.get(), out), asio::detached);
  io.run();
  std::array<char, 1000> text;
  const auto size = read(ends[0], text.data(), text.size());
  EXPECT_EQ(std::string(text.data(), static_cast<std::size_t>(size)),
            "{\"stream\":\"a\\\"b\",\"key\":{\"id\":1},\"value\":{\"op\":\"c\"}}\n"
            "{\"stream\":\"a\\\"b\",\"key\":{\"id\":1},\"value\":null}\n"
            "{\"stream\":\"a\\\"b\",\"key\":null,\"value\":{\"op\":\"r\"}}\n");
  ASSERT_EQ(out.verdicts.size(), 3U);
  for (const auto& v : out.verdicts) EXPECT_EQ(v.what, fate::durable);
  close(ends[0]);
  close(ends[1]);
}

TEST(StdoutDestination, AClosedPipeIsTheEndAndIsSaid) {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends;
  ASSERT_EQ(pipe(ends.data()), 0);
  close(ends[0]);
  encoded_request what("a");
  what.add("1", "{}");
  stdout_destination sink(ends[1]);
  report out;
  asio::io_context io;
  std::exception_ptr thrown;
  asio::co_spawn(
      io, sink.send(what.get(), out), [&thrown](std::exception_ptr error) { thrown = error; });
  io.run();
  ASSERT_TRUE(thrown);
  EXPECT_THROW(std::rethrow_exception(thrown), sink_gone);
  EXPECT_TRUE(out.verdicts.empty()) << "nothing is called durable";
  close(ends[1]);
}

TEST(StdoutDestination, ADescriptorThatCannotBeWrittenToIsAnOutage) {
  encoded_request what("a");
  what.add("", "");
  stdout_destination sink(-1);
  report out;
  asio::io_context io;
  asio::co_spawn(io, sink.send(what.get(), out), asio::detached);
  io.run();
  ASSERT_EQ(out.verdicts.size(), 1U);
  EXPECT_EQ(out.verdicts[0].what, fate::again);
  EXPECT_TRUE(out.unreachable);
}

}  // namespace
}  // namespace tidewire::sinks
