#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace tidewire::testing {

/// A socket for saying to a server on the same io_context exactly what a test wants to say.
class raw_client {
 public:
  raw_client(boost::asio::io_context& io, std::uint16_t port) : io_(io), socket_(io) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    socket_.non_blocking(true);
  }

  /// Writes what the socket takes; false once the server has cut the connection.
  bool say(std::string_view text) {
    while (!text.empty()) {
      boost::system::error_code error;
      const auto size = socket_.write_some(boost::asio::buffer(text), error);
      if (error == boost::asio::error::would_block) {
        io_.restart();
        io_.poll();
        continue;
      }
      if (error) return false;
      text.remove_prefix(size);
    }
    return true;
  }

  /// Lets the server work until `until` was heard or the connection ended, but not for ever;
  /// answers all that was heard.
  const std::string& hear(std::string_view until) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (heard_.find(until) == std::string::npos && !ended_ &&
           std::chrono::steady_clock::now() < give_up) {
      io_.restart();
      io_.run_for(std::chrono::milliseconds(1));
      char bytes[4096];
      boost::system::error_code error;
      const auto size = socket_.read_some(boost::asio::buffer(bytes), error);
      if (error == boost::asio::error::would_block) continue;
      heard_.append(bytes, size);
      ended_ = static_cast<bool>(error);
      end_ = error;
    }
    return heard_;
  }

  const std::string& hear_to_the_end() { return hear("\x01 never said \x01"); }
  bool ended() const { return ended_; }
  boost::system::error_code end() const { return end_; }
  void forget() { heard_.clear(); }

 private:
  boost::asio::io_context& io_;
  boost::asio::ip::tcp::socket socket_;
  std::string heard_;
  bool ended_ = false;
  boost::system::error_code end_;
};

}  // namespace tidewire::testing
