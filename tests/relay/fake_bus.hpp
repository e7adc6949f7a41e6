#pragma once

#include "http/server.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tidewire::relay {

/// An EventBridge of a few lines: it takes PutEvents, refuses what the test says, and remembers in
/// which order it took what.
class fake_bus {
 public:
  struct event {
    std::string bus;
    std::string source;
    std::string detail_type;
    std::string detail;
  };
  struct request_refusal {
    unsigned status = 500;
    std::string code;  // empty with status 0: the connection is cut
  };

  explicit fake_bus(boost::asio::io_context& io);

  std::uint16_t port() const { return server_.port(); }
  void stop() { server_.stop(); }

  std::function<std::optional<std::string>(const event&)> refuse_entry;  // an error code
  std::function<std::optional<request_refusal>(std::size_t entries)> refuse_request;
  std::chrono::milliseconds latency{0};
  bool holds = false;  // every answer until this is over

  std::vector<event> taken;
  std::size_t requests = 0;
  std::size_t largest_request = 0;  // entries
  std::size_t under_way = 0;
  std::size_t under_way_max = 0;

 private:
  boost::asio::awaitable<http::answer> answer(http::request received);

  boost::asio::io_context& io_;
  http::server server_;
};

}  // namespace tidewire::relay
