#include "http/pool.hpp"

#include "base/startup_error.hpp"
#include "http/errc.hpp"
#include "http/run_task.hpp"
#include "http/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

#include <deque>
#include <set>
#include <vector>

namespace {

using namespace tidewire;
using namespace std::chrono_literals;
using asio::ip::tcp;
using ::testing::HasSubstr;
using tidewire::testing::run_task;

http::request post(std::string body) {
  http::request r;
  r.body = std::move(body);
  return r;
}

/// A server that answers each connection with what the test wrote down, word for word.
class scripted_peer {
 public:
  /// One step of a connection: read a request head, then say this; "" says nothing; then perhaps
  /// close.
  struct step {
    std::string say;
    bool close = false;
  };
  using script = std::vector<step>;

  scripted_peer(asio::io_context& io, std::vector<script> connections)
      : acceptor_(io, {asio::ip::address_v4::loopback(), 0}),
        scripts_(connections.begin(), connections.end()) {
    asio::co_spawn(io, accept(), asio::detached);
  }
  http::origin origin() const { return {false, "127.0.0.1", acceptor_.local_endpoint().port()}; }
  int connections() const { return connections_; }
  int requests() const { return requests_; }

 private:
  asio::awaitable<void> accept() {
    while (!scripts_.empty()) {
      auto [error, socket] = co_await acceptor_.async_accept(as_result);
      if (error) co_return;
      ++connections_;
      asio::co_spawn(acceptor_.get_executor(),
                     play(std::move(socket), std::move(scripts_.front())),
                     asio::detached);
      scripts_.pop_front();
    }
    acceptor_.close();
  }
  asio::awaitable<void> play(tcp::socket socket, script steps) {
    std::string in;
    for (const auto& s : steps) {
      auto [error, size] =
          co_await asio::async_read_until(socket, asio::dynamic_buffer(in), "\r\n\r\n", as_result);
      if (error) co_return;
      in.erase(0, size);
      ++requests_;
      auto [failed, written] = co_await asio::async_write(socket, asio::buffer(s.say), as_result);
      if (failed || s.close) co_return;
    }
    char byte;
    co_await socket.async_read_some(asio::buffer(&byte, 1),
                                    as_result);  // until the client has had enough
  }

  tcp::acceptor acceptor_;
  std::deque<script> scripts_;
  int connections_ = 0;
  int requests_ = 0;
};

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

class Pool : public ::testing::Test {
 protected:
  result<http::response> send(http::pool& p,
                              const http::request& r,
                              std::chrono::milliseconds deadline = 60s) {
    return run_task(io_, p.send(r, deadline));
  }
  asio::io_context io_{1};
};

TEST_F(Pool, SendsTheRequestAsAServerUnderstandsItAndReusesTheConnection) {
  std::set<std::string> peers;
  http::request seen;
  http::server server(
      io_, {}, [&](http::request received, std::string peer) -> asio::awaitable<http::answer> {
        peers.insert(peer);
        seen = received;
        http::answer a;
        a.message.status = 201;
        a.message.headers.push_back({"X-Answer", "yes"});
        a.message.body = std::move(received.body);
        co_return a;
      });
  asio::co_spawn(io_, server.run(), asio::detached);
  http::pool p(io_.get_executor(), {false, "127.0.0.1", server.port()}, {});
  for (int i = 0; i < 5; ++i) {
    http::request r = post("body " + std::to_string(i));
    r.target = "/a?b=c";
    r.headers.push_back({"X-Mine", "1"});
    const auto answered = send(p, r);
    ASSERT_TRUE(answered) << answered.error().message();
    EXPECT_EQ(answered->status, 201U);
    EXPECT_EQ(answered->body, r.body);
    EXPECT_EQ(http::find_header(answered->headers, "x-answer"), "yes");
    EXPECT_EQ(seen.target, "/a?b=c");
    EXPECT_EQ(http::find_header(seen.headers, "x-mine"), "1");
    EXPECT_EQ(http::find_header(seen.headers, "host"),
              "127.0.0.1:" + std::to_string(server.port()));
  }
  EXPECT_EQ(peers.size(), 1U);
}

TEST_F(Pool, CarriesLargeBodiesBothWays) {
  http::server server(
      io_, {}, [](http::request received, std::string) -> asio::awaitable<http::answer> {
        http::answer a;
        a.message.body = std::move(received.body);
        co_return a;
      });
  asio::co_spawn(io_, server.run(), asio::detached);
  http::pool p(io_.get_executor(), {false, "localhost", server.port()}, {});
  std::string large(10U * 1024U * 1024U, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 7 + i / 251);
  const auto answered = send(p, post(large));
  ASSERT_TRUE(answered) << answered.error().message();
  EXPECT_TRUE(answered->body == large);
}

TEST_F(Pool, ReadsChunkedAnswersInterimAnswersAndAnswersThatEndWithTheConnection) {
  scripted_peer peer(
      io_,
      {{{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + ok},
        {"HTTP/1.1 200 OK\r\n\r\nto the end", true}}});
  http::pool p(io_.get_executor(), peer.origin(), {});
  EXPECT_EQ(send(p, post("1"))->body, "abcde");
  EXPECT_EQ(send(p, post("2"))->body, "ok");
  EXPECT_EQ(send(p, post("3"))->body, "to the end");
  EXPECT_EQ(peer.connections(), 1);
}

TEST_F(Pool, UnderstandsAnAnswerToHead) {
  scripted_peer peer(io_, {{{"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"}, {ok}}});
  http::pool p(io_.get_executor(), peer.origin(), {});
  http::request head;
  head.method = "HEAD";
  EXPECT_EQ(send(p, head)->body, "");
  EXPECT_EQ(send(p, post("2"))->body, "ok");
  EXPECT_EQ(peer.connections(), 1);
}

TEST_F(Pool, DoesNotReuseAConnectionThatThePeerWillClose) {
  scripted_peer peer(
      io_,
      {{{"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n1", true}}, {{ok}}});
  http::pool p(io_.get_executor(), peer.origin(), {});
  EXPECT_EQ(send(p, post("1"))->body, "1");
  EXPECT_EQ(send(p, post("2"))->body, "ok");
  EXPECT_EQ(peer.connections(), 2);
}

TEST_F(Pool, AKeptConnectionThatThePeerClosedIsReplacedUnnoticed) {
  scripted_peer peer(io_, {{{ok, true}}, {{ok}}});
  http::pool p(io_.get_executor(), peer.origin(), {});
  EXPECT_EQ(send(p, post("1"))->body, "ok");
  io_.restart();
  io_.run_for(20ms);
  const auto second = send(p, post("2"));
  ASSERT_TRUE(second) << second.error().message();
  EXPECT_EQ(peer.connections(), 2);
}

TEST_F(Pool, ARequestThatMeetsAStaleConnectionIsSentOnceMoreOnANewOne) {
  // The second request is read, and then the connection ends without a byte: it must not be taken
  // for an answer.
  scripted_peer peer(io_, {{{ok}, {"", true}}, {{ok}}});
  http::pool p(io_.get_executor(), peer.origin(), {});
  EXPECT_EQ(send(p, post("1"))->body, "ok");
  const auto second = send(p, post("2"));
  ASSERT_TRUE(second) << second.error().message();
  EXPECT_EQ(peer.requests(), 3);
}

TEST_F(Pool, ANewConnectionThatEndsWithoutAnAnswerIsAnError) {
  scripted_peer peer(io_, {{{"", true}}, {{ok}}});
  http::pool p(io_.get_executor(), peer.origin(), {});
  EXPECT_FALSE(send(p, post("1")));
  EXPECT_EQ(peer.requests(), 1);
}

TEST_F(Pool, AnAnswerThatBreaksOffIsAnErrorAndNotSentAgain) {
  scripted_peer peer(
      io_, {{{ok}, {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this", true}}, {{ok}}});
  http::pool p(io_.get_executor(), peer.origin(), {});
  EXPECT_TRUE(send(p, post("1")));
  EXPECT_EQ(send(p, post("2")).error(), http::errc::connection_closed);
  EXPECT_EQ(peer.requests(), 2);
}

TEST_F(Pool, AResetIsAnError) {
  http::server server(io_, {}, [](http::request, std::string) -> asio::awaitable<http::answer> {
    http::answer a;
    a.after = http::ending::reset;
    co_return a;
  });
  asio::co_spawn(io_, server.run(), asio::detached);
  http::pool p(io_.get_executor(), {false, "127.0.0.1", server.port()}, {});
  EXPECT_EQ(send(p, post("1")).error(), asio::error::connection_reset);
}

TEST_F(Pool, RefusesRubbishAndTooMuch) {
  scripted_peer peer(
      io_, {{{"SSH-2.0-OpenSSH\r\n\r\n"}}, {{"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n"}}});
  http::pool p(io_.get_executor(), peer.origin(), {.response_bytes_max = 100});
  EXPECT_EQ(send(p, post("1")).error(), http::errc::malformed_response);
  EXPECT_EQ(send(p, post("2")).error(), http::errc::response_too_large);
}

TEST_F(Pool, ASlowAnswerEndsAtTheDeadlineAndTheConnectionIsNotUsedAgain) {
  scripted_peer peer(io_, {{{""}}, {{ok}}});
  http::pool p(io_.get_executor(), peer.origin(), {});
  EXPECT_EQ(send(p, post("1"), 100ms).error(), http::errc::deadline_exceeded);
  EXPECT_EQ(send(p, post("2"))->body, "ok");
}

TEST_F(Pool, ARefusedPortIsTheSystemsError) {
  // Ours, so that nobody else listens there.
  const tcp::socket silent(io_, {asio::ip::address_v4::loopback(), 0});
  http::pool p(io_.get_executor(), {false, "127.0.0.1", silent.local_endpoint().port()}, {});
  EXPECT_EQ(send(p, post("1")).error(), asio::error::connection_refused);
}

TEST_F(Pool, AnUnknownHostIsSaidToBeUnknown) {
  http::pool p(io_.get_executor(), {false, "no-such-host.invalid", 80}, {.connect_ms_max = 60s});
  EXPECT_EQ(send(p, post("1")).error(), http::errc::host_not_found);
}

TEST_F(Pool, ARequestBeyondTheLimitWaitsForAFreeConnection) {
  int at_once = 0;
  int most = 0;
  http::server server(io_, {}, [&](http::request, std::string) -> asio::awaitable<http::answer> {
    most = std::max(most, ++at_once);
    asio::steady_timer work(io_, 20ms);
    co_await work.async_wait(as_result);
    --at_once;
    co_return http::answer{};
  });
  asio::co_spawn(io_, server.run(), asio::detached);
  http::pool p(io_.get_executor(), {false, "127.0.0.1", server.port()}, {.connections_max = 2});
  const http::request r = post("x");
  int answered = 0;
  for (int i = 0; i < 7; ++i)
    asio::co_spawn(io_, p.send(r, 60s), [&](std::exception_ptr, result<http::response> a) {
      answered += a ? 1 : 0;
    });
  io_.restart();
  while (answered < 7) io_.run_one();
  EXPECT_EQ(answered, 7);
  EXPECT_EQ(most, 2);
}

TEST_F(Pool, WaitingForAFreeConnectionEndsAtTheDeadlineToo) {
  scripted_peer peer(io_, {{{""}}});
  http::pool p(io_.get_executor(), peer.origin(), {.connections_max = 1});
  const http::request r = post("x");
  asio::co_spawn(io_, p.send(r, 500ms), asio::detached);
  EXPECT_EQ(send(p, r, 50ms).error(), http::errc::deadline_exceeded);
}

TEST_F(Pool, AnAnswerBeforeTheBodyWasSentIsRead) {
  http::server server(io_,
                      {.body_bytes_max = 1000},
                      [](http::request, std::string) -> asio::awaitable<http::answer> {
                        co_return http::answer{};
                      });
  asio::co_spawn(io_, server.run(), asio::detached);
  http::pool p(io_.get_executor(), {false, "127.0.0.1", server.port()}, {});
  const auto answered = send(p, post(std::string(5'000'000, 'x')));
  ASSERT_TRUE(answered) << answered.error().message();
  EXPECT_EQ(answered->status, 413U);
}

TEST_F(Pool, LeavesNothingBehindThatKeepsTheProgramRunning) {
  scripted_peer peer(io_, {{{ok, true}}});
  {
    http::pool p(io_.get_executor(), peer.origin(), {});
    EXPECT_TRUE(send(p, post("1")));
  }
  const auto deadline_of_the_request = std::chrono::steady_clock::now() + 50s;
  io_.restart();
  io_.run();
  EXPECT_LT(std::chrono::steady_clock::now(), deadline_of_the_request);
}

TEST_F(Pool, NamesACaBundleThatCannotBeRead) {
  try {
    http::pool p(io_.get_executor(), {}, {.ca_file = "/no/such/bundle.pem"});
    FAIL() << "the bundle is not there";
  } catch (const startup_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/no/such/bundle.pem"));
  }
}

}  // namespace
