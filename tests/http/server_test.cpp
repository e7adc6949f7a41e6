#include "http/server.hpp"

#include "base/startup_error.hpp"
#include "http/raw_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gmock/gmock.h>

#include <functional>
#include <stdexcept>
#include <vector>

namespace {

using namespace tidewire;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using tidewire::testing::raw_client;

class Server : public ::testing::Test {
 protected:
  void start(http::server::options how = {}) {
    server_.emplace(
        io_, how, [this](http::request received, std::string) -> asio::awaitable<http::answer> {
          seen_.push_back(received);
          http::answer a;
          if (answer_) answer_(received, a);
          co_return a;
        });
    asio::co_spawn(io_, server_->run(), asio::detached);
  }
  ~Server() override {
    if (server_) server_->stop();
    io_.restart();
    io_.run_for(200ms);
  }

  asio::io_context io_{1};
  std::optional<http::server> server_;
  std::vector<http::request> seen_;
  std::function<void(const http::request&, http::answer&)> answer_ =
      [](const http::request& r, http::answer& a) { a.message.body = "you said " + r.body; };
};

TEST_F(Server, AnswersWithLengthAndDateAndKeepsTheConnection) {
  start();
  raw_client client(io_, server_->port());
  client.say("POST /path?q=1 HTTP/1.1\r\nHost: here\r\nContent-Length: 3\r\n\r\none");
  EXPECT_THAT(client.hear("you said one"), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(client.hear(""), HasSubstr("Content-Length: 12\r\n"));
  EXPECT_THAT(client.hear(""), HasSubstr("Date: "));
  client.say("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 3\r\n\r\ntwo");
  EXPECT_THAT(client.hear("you said two"), HasSubstr("you said two"));
  EXPECT_FALSE(client.ended());
  ASSERT_EQ(seen_.size(), 2U);
  EXPECT_EQ(seen_[0].method, "POST");
  EXPECT_EQ(seen_[0].target, "/path?q=1");
  EXPECT_EQ(http::find_header(seen_[0].headers, "HOST"), "here");
}

TEST_F(Server, CutsOffWhoSendsARequestByDrops) {
  start({.idle_max = 1s, .request_max = 1s});
  raw_client client(io_, server_->port());
  bool cut = false;
  for (int i = 0; i < 100 && !cut; ++i) {
    cut = !client.say("x");
    io_.restart();
    io_.run_for(50ms);  // never silent for a second
  }
  EXPECT_TRUE(cut);
  EXPECT_TRUE(seen_.empty());
}

TEST_F(Server, ClosesConnectionsBeyondItsLimit) {
  start({.connections_max = 1});
  raw_client first(io_, server_->port());
  first.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(first.hear("you said"), HasSubstr("200 OK"));
  raw_client second(io_, server_->port());
  second.hear("anything");
  EXPECT_TRUE(second.ended());
  first.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_FALSE(first.ended());
}

TEST_F(Server, AnswersWhatItWasAskedToCutShort) {
  answer_ = [](const http::request&, http::answer& a) {
    a.message.body = "0123456789";
    a.after = http::ending::cut;
  };
  start();
  raw_client client(io_, server_->port());
  client.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string heard = client.hear("56789");
  EXPECT_TRUE(client.ended());
  EXPECT_THAT(heard, Not(HasSubstr("56789")));
}

TEST_F(Server, AnswersPipelinedRequestsInOrder) {
  start();
  raw_client client(io_, server_->port());
  client.say(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n1POST / HTTP/1.1\r\nHost: "
      "h\r\nContent-Length: 1\r\n\r\n2");
  const std::string heard = client.hear("you said 2");
  EXPECT_LT(heard.find("you said 1"), heard.find("you said 2"));
  EXPECT_THAT(heard, HasSubstr("you said 1"));
}

TEST_F(Server, PutsChunksTogetherHoweverTheyArrive) {
  start();
  const std::string whole =
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n "
      "world\r\n0\r\n\r\n";
  raw_client client(io_, server_->port());
  for (const char c : whole) {
    client.say({&c, 1});
    io_.restart();
    io_.poll();
  }
  EXPECT_THAT(client.hear("you said hello world"), HasSubstr("you said hello world"));
}

/// Differs at each place from what is near it.
std::string long_body(std::size_t size) {
  std::string out;
  for (std::size_t i = 0; out.size() < size; ++i) out += std::to_string(i) + " ";
  out.resize(size);
  return out;
}

TEST_F(Server, PutsALongBodyTogetherHoweverItArrives) {
  start();
  raw_client client(io_, server_->port());
  // Below, at and beyond what is read at first, with and without a rest that has its own place.
  for (const std::size_t size : {10'000U, 16'384U, 32'000U, 32'768U, 40'000U, 300'000U}) {
    const std::string body = long_body(size);
    const std::string whole =
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" + body;
    for (const std::size_t piece : {1'000U, 9'999U, 16'384U, 70'000U, 400'000U}) {
      seen_.clear();
      client.forget();
      for (std::size_t at = 0; at < whole.size(); at += piece) {
        client.say(std::string_view(whole).substr(at, piece));
        io_.restart();
        io_.poll();
      }
      client.hear("you said " + body);
      ASSERT_EQ(seen_.size(), 1U) << size << " in pieces of " << piece;
      EXPECT_TRUE(seen_[0].body == body) << size << " in pieces of " << piece;
    }
  }
}

TEST_F(Server, FindsTheNextRequestBehindALongBody) {
  start();
  raw_client client(io_, server_->port());
  const std::string body = long_body(200'000);
  client.say("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n" + body +
             "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nnext");
  EXPECT_THAT(client.hear("you said next"), HasSubstr("you said next"));
  ASSERT_EQ(seen_.size(), 2U);
  EXPECT_TRUE(seen_[0].body == body);
}

TEST_F(Server, GivesUpALongBodyThatIsNotSentToItsEnd) {
  start({.idle_max = 1s, .request_max = 1s});
  raw_client client(io_, server_->port());
  client.say("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n" + long_body(150'000));
  client.hear_to_the_end();
  EXPECT_TRUE(client.ended());
  EXPECT_TRUE(seen_.empty());
}

TEST_F(Server, PromisesToContinueBeforeALongBodyIsSent) {
  start();
  raw_client client(io_, server_->port());
  client.say(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\nExpect: "
      "100-continue\r\n\r\n");
  EXPECT_EQ(client.hear("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  const std::string body = long_body(100'000);
  client.say(body);
  client.hear("you said " + body);
  ASSERT_EQ(seen_.size(), 1U);
  EXPECT_TRUE(seen_[0].body == body);
}

TEST_F(Server, RefusesABodyOverTheLimitWith413BeforeReadingIt) {
  start({.body_bytes_max = 10});
  raw_client client(io_, server_->port());
  client.say("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n");
  EXPECT_THAT(client.hear_to_the_end(), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(client.hear(""), HasSubstr("Connection: close"));
  EXPECT_TRUE(seen_.empty());
}

TEST_F(Server, RefusesAChunkedBodyOverTheLimitWith413) {
  start({.body_bytes_max = 10});
  raw_client client(io_, server_->port());
  client.say(
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
      "chunked\r\n\r\n6\r\nabcdef\r\n6\r\nabcdef\r\n");
  EXPECT_THAT(client.hear("\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
}

TEST_F(Server, AClientStillSendingABodyThatIsTooLargeGetsTheAnswerNotAReset) {
  start({.body_bytes_max = 1000});
  raw_client client(io_, server_->port());
  client.say("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 8000000\r\n\r\n");
  EXPECT_TRUE(client.say(std::string(8'000'000, 'x')));
  EXPECT_THAT(client.hear("\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
}

TEST_F(Server, AnswersRubbishWith400AndAnEndlessHeadWith431) {
  start();
  raw_client client(io_, server_->port());
  client.say("\x16\x03\x01 this is TLS\r\n\r\n");
  EXPECT_THAT(client.hear_to_the_end(), StartsWith("HTTP/1.1 400 "));
  raw_client endless(io_, server_->port());
  endless.say("GET / HTTP/1.1\r\nX: " + std::string(70'000, 'a'));
  EXPECT_THAT(endless.hear("\r\n\r\n"), StartsWith("HTTP/1.1 431 "));
}

TEST_F(Server, PromisesToContinueBeforeTheBodyIsSent) {
  start();
  raw_client client(io_, server_->port());
  client.say("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.hear("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.say("ok");
  EXPECT_THAT(client.hear("you said ok"), HasSubstr("HTTP/1.1 200 OK"));
}

TEST_F(Server, AnswersHeadWithTheLengthAndNoBody) {
  answer_ = [](const http::request& r, http::answer& a) { a.message.body = r.method + " body"; };
  start();
  raw_client client(io_, server_->port());
  client.say("HEAD / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string heard = client.hear("GET body");
  EXPECT_THAT(heard, HasSubstr("Content-Length: 9\r\n"));
  EXPECT_THAT(heard, Not(HasSubstr("HEAD body")));
}

TEST_F(Server, ClosesWhereTheClientOrTheHandlerAsksForIt) {
  start();
  raw_client client(io_, server_->port());
  client.say("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.hear_to_the_end(), HasSubstr("Connection: close"));
  EXPECT_TRUE(client.ended());
  answer_ = [](const http::request&, http::answer& a) { a.after = http::ending::close; };
  raw_client other(io_, server_->port());
  other.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(other.hear_to_the_end(), HasSubstr("Connection: close"));
  EXPECT_TRUE(other.ended());
}

TEST_F(Server, KeepsAnHttp10ConnectionOnlyWhereAsked) {
  start();
  raw_client plain(io_, server_->port());
  plain.say("GET / HTTP/1.0\r\n\r\n");
  plain.hear_to_the_end();
  EXPECT_TRUE(plain.ended());
  raw_client kept(io_, server_->port());
  kept.say("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(kept.hear("you said "), HasSubstr("Connection: keep-alive"));
  EXPECT_FALSE(kept.ended());
}

TEST_F(Server, CutsTheConnectionInsteadOfAnsweringOnReset) {
  answer_ = [](const http::request&, http::answer& a) { a.after = http::ending::reset; };
  start();
  raw_client client(io_, server_->port());
  client.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.hear_to_the_end(), "");
  EXPECT_EQ(client.end(), asio::error::connection_reset);
}

TEST_F(Server, AnswersAThrowingHandlerWith500) {
  answer_ = [](const http::request&, http::answer&) { throw std::runtime_error("a test says so"); };
  start();
  raw_client client(io_, server_->port());
  client.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(client.hear("\r\n\r\n"), StartsWith("HTTP/1.1 500 "));
}

TEST_F(Server, ClosesASilentConnection) {
  start({.idle_max = 1s});
  raw_client client(io_, server_->port());
  client.say("GET / HTTP/1.1\r\n");  // and no more
  client.hear_to_the_end();
  EXPECT_TRUE(client.ended());
}

TEST_F(Server, AHeaderCannotSmuggleALine) {
  answer_ = [](const http::request&, http::answer& a) {
    a.message.headers.push_back({"X-Name", "a\r\nX-Evil: b"});
  };
  start();
  raw_client client(io_, server_->port());
  client.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(client.hear("\r\n\r\n"), Not(HasSubstr("\r\nX-Evil")));
}

TEST_F(Server, StopClosesIdleConnectionsAndLetsBusyOnesAnswer) {
  asio::steady_timer later(io_);
  bool asked = false;
  http::server slow(io_, {}, [&](http::request, std::string) -> asio::awaitable<http::answer> {
    asked = true;
    later.expires_after(100ms);
    co_await later.async_wait(as_result);
    http::answer a;
    a.message.body = "at last";
    co_return a;
  });
  bool ended = false;
  asio::co_spawn(io_, slow.run(), [&](std::exception_ptr) { ended = true; });
  raw_client idle(io_, slow.port());
  raw_client busy(io_, slow.port());
  busy.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  io_.restart();
  while (!asked) io_.run_one();
  slow.stop();
  idle.hear_to_the_end();
  EXPECT_TRUE(idle.ended());
  io_.poll();
  EXPECT_TRUE(ended);
  EXPECT_THAT(busy.hear_to_the_end(), HasSubstr("at last"));
  EXPECT_TRUE(busy.ended());
}

TEST_F(Server, NamesTheAddressThatIsTaken) {
  start();
  try {
    http::server second(io_, {.port = server_->port()}, {});
    FAIL() << "the port is taken";
  } catch (const startup_error& error) {
    EXPECT_THAT(error.what(), HasSubstr(std::to_string(server_->port())));
  }
}

}  // namespace
