#include "sinks/stdout_destination.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string>

namespace tidewire::sinks {
namespace {

TEST(StdoutDestination, WritesALineOfJsonPerRecord) {
  std::array<int, 2> ends;
  ASSERT_EQ(pipe(ends.data()), 0);
  const event::stream stream{.index = 0, .name = "a\"b"};
  pipeline::batch b;
  const auto add = [&](std::string_view key, std::string_view value, bool has_key) {
    event::record r;
    r.destination = &stream;
    r.has_key = has_key;
    r.key_offset = static_cast<std::uint32_t>(b.content.bytes.size());
    r.key_size = static_cast<std::uint32_t>(key.size());
    b.content.bytes.append(key);
    r.value_offset = static_cast<std::uint32_t>(b.content.bytes.size());
    r.value_size = static_cast<std::uint32_t>(value.size());
    b.content.bytes.append(value);
    b.content.records.push_back(r);
  };
  add(R"({"id":1})", R"({"op":"c"})", true);
  add(R"({"id":1})", "", true);
  add("", R"({"op":"r"})", false);
  b.states.resize(3);
  pipeline::lanes::request request{.destination = &stream, .records = {}};
  for (std::uint32_t i = 0; i < 3; ++i) {
    b.states[i].owner = &b;
    b.states[i].index = i;
    request.records.push_back(&b.states[i]);
  }
  stdout_destination sink(ends[1]);
  report out;
  asio::io_context io;
  asio::co_spawn(io, sink.send(request, out), asio::detached);
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

TEST(StdoutDestination, AClosedPipeIsAnOutage) {
  const event::stream stream{.index = 0, .name = "a"};
  pipeline::batch b;
  event::record r;
  r.destination = &stream;
  b.content.records.push_back(r);
  b.states.resize(1);
  b.states[0].owner = &b;
  const pipeline::lanes::request request{.destination = &stream, .records = {b.states.data()}};
  stdout_destination sink(-1);
  report out;
  asio::io_context io;
  asio::co_spawn(io, sink.send(request, out), asio::detached);
  io.run();
  ASSERT_EQ(out.verdicts.size(), 1U);
  EXPECT_EQ(out.verdicts[0].what, fate::again);
  EXPECT_TRUE(out.unreachable);
}

}  // namespace
}  // namespace tidewire::sinks
