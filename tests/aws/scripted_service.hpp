#pragma once

#include "aws/client.hpp"
#include "aws/credential_providers.hpp"
#include "http/run_task.hpp"
#include "http/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tidewire::testing {

/// A service on this thread that answers what a test wrote down, and keeps what it was asked.
class scripted_service {
 public:
  scripted_service()
      : server_(
            io_, {}, [this](http::request received, std::string) -> asio::awaitable<http::answer> {
              seen.push_back(std::move(received));
              http::answer a;
              if (script_.empty()) {
                a.message.status = 418;
              } else {
                a = script_.front()(seen.back());
                script_.pop_front();
              }
              co_return a;
            }) {
    asio::co_spawn(io_, server_.run(), asio::detached);
  }

  using step = std::function<http::answer(const http::request&)>;
  void then(step s) { script_.push_back(std::move(s)); }
  void then(unsigned status, std::string body, std::vector<http::header> headers = {}) {
    then([status, body = std::move(body), headers = std::move(headers)](const http::request& r) {
      http::answer a;
      a.message = {status, headers, body};
      if (http::find_header(a.message.headers, "content-type").empty())
        a.message.headers.push_back(
            {"Content-Type", std::string(http::find_header(r.headers, "content-type"))});
      return a;
    });
  }
  void then_reset() {
    then([](const http::request&) {
      http::answer a;
      a.after = http::ending::reset;
      return a;
    });
  }

  aws::client_options options(std::string service) const {
    aws::client_options how;
    how.service = std::move(service);
    how.region = "eu-west-1";
    how.endpoint = {false, "127.0.0.1", server_.port()};
    how.call_ms_max = std::chrono::seconds(60);
    return how;
  }
  aws::client client(std::string service) { return client(options(std::move(service))); }
  aws::client client(aws::client_options how) {
    return {
        io_.get_executor(), std::move(how), aws::make_static_provider({"AKID", "secret", "", {}})};
  }
  std::uint16_t port() const { return server_.port(); }

  template <class T>
  T run(asio::awaitable<T> task) {
    return run_task(io_, std::move(task));
  }

  std::string header(std::size_t request, std::string_view name) const {
    return std::string(http::find_header(seen.at(request).headers, name));
  }
  boost::json::value json(std::size_t request) const {
    return boost::json::parse(seen.at(request).body);
  }

  asio::io_context& io() { return io_; }
  std::vector<http::request> seen;

 private:
  asio::io_context io_{1};
  std::deque<step> script_;
  http::server server_;
};

}  // namespace tidewire::testing
