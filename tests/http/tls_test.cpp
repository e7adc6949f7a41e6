#include "http/errc.hpp"
#include "http/pool.hpp"
#include "http/run_task.hpp"
#include "http/test_authority.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <openssl/x509_vfy.h>

#include <fstream>

namespace {

using namespace tidewire;
using namespace std::chrono_literals;
using asio::ip::tcp;
using tidewire::testing::run_task;
using tidewire::testing::test_authority;

/// An HTTPS server by Asio's own TLS stream: answers each request with the length of its body.
class tls_peer {
 public:
  tls_peer(asio::io_context& io, const test_authority::identity& who, long version_max = 0)
      : context_(asio::ssl::context::tls_server),
        acceptor_(io, {asio::ip::address_v4::loopback(), 0}) {
    context_.use_certificate_chain(asio::buffer(who.certificate_pem));
    context_.use_private_key(asio::buffer(who.key_pem), asio::ssl::context::pem);
    if (version_max != 0)
      SSL_CTX_set_max_proto_version(context_.native_handle(), static_cast<int>(version_max));
    asio::co_spawn(io, accept(), asio::detached);
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  int connections() const { return connections_; }

 private:
  asio::awaitable<void> accept() {
    for (;;) {
      auto [error, socket] = co_await acceptor_.async_accept(as_result);
      if (error) co_return;
      ++connections_;
      asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), asio::detached);
    }
  }
  asio::awaitable<void> serve(tcp::socket socket) {
    asio::ssl::stream<tcp::socket> stream(std::move(socket), context_);
    auto [refused] = co_await stream.async_handshake(asio::ssl::stream_base::server, as_result);
    if (refused) co_return;
    std::string in;
    for (;;) {
      auto [error, head] =
          co_await asio::async_read_until(stream, asio::dynamic_buffer(in), "\r\n\r\n", as_result);
      if (error) co_return;
      const auto at = in.find("Content-Length: ");
      const std::size_t length = std::stoul(in.substr(at + 16));
      in.erase(0, head);
      if (in.size() < length) {
        auto [broken, size] = co_await asio::async_read(stream,
                                                        asio::dynamic_buffer(in),
                                                        asio::transfer_exactly(length - in.size()),
                                                        as_result);
        if (broken) co_return;
      }
      in.erase(0, length);
      const std::string body = "received " + std::to_string(length) + std::string(length, '.');
      const std::string out =
          "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
      auto [failed, size] = co_await asio::async_write(stream, asio::buffer(out), as_result);
      if (failed) co_return;
    }
  }

  asio::ssl::context context_;
  tcp::acceptor acceptor_;
  int connections_ = 0;
};

class Tls : public ::testing::Test {
 protected:
  void SetUp() override {
    ca_file_ = ::testing::TempDir() + "/tidewire-test-ca-" + std::to_string(::getpid()) + ".pem";
    std::ofstream(ca_file_) << authority_.certificate_pem();
  }
  void TearDown() override { ::unlink(ca_file_.c_str()); }

  result<http::response> get(const std::string& host,
                             std::uint16_t port,
                             http::pool::options how,
                             std::string body = "x") {
    http::pool p(io_.get_executor(), {true, host, port}, std::move(how));
    http::request r;
    r.body = std::move(body);
    return run_task(io_, p.send(r, 60s));
  }

  asio::io_context io_{1};
  test_authority authority_;
  std::string ca_file_;
};

TEST_F(Tls, TrustsAServerNamedByACertificateOfAKnownAuthority) {
  tls_peer peer(io_, authority_.issue("DNS:localhost"));
  const auto answered = get("localhost", peer.port(), {.ca_file = ca_file_});
  ASSERT_TRUE(answered) << answered.error().message();
  EXPECT_EQ(answered->body, "received 1.");
}

TEST_F(Tls, SpeaksTls12AndNothingOlder) {
  tls_peer old(io_, authority_.issue("DNS:localhost"), TLS1_2_VERSION);
  EXPECT_TRUE(get("localhost", old.port(), {.ca_file = ca_file_}));
  tls_peer older(io_, authority_.issue("DNS:localhost"), TLS1_1_VERSION);
  EXPECT_FALSE(get("localhost", older.port(), {.ca_file = ca_file_}));
}

TEST_F(Tls, ReusesTheSessionAndCarriesLargeBodies) {
  tls_peer peer(io_, authority_.issue("DNS:localhost"));
  http::pool p(io_.get_executor(), {true, "localhost", peer.port()}, {.ca_file = ca_file_});
  for (const std::size_t size : {1U, 100'000U, 3'000'000U, 1U}) {
    http::request r;
    r.body.assign(size, 'b');
    const auto answered = run_task(io_, p.send(r, 60s));
    ASSERT_TRUE(answered) << answered.error().message();
    EXPECT_EQ(answered->body, "received " + std::to_string(size) + std::string(size, '.'));
  }
  EXPECT_EQ(peer.connections(), 1);
}

TEST_F(Tls, RefusesAnUnknownAuthority) {
  tls_peer peer(io_, authority_.issue("DNS:localhost"));
  const auto answered = get("localhost", peer.port(), {});
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().category(), http::certificate_category());
  EXPECT_THAT(answered.error().message(), ::testing::HasSubstr("certificate"));
}

TEST_F(Tls, RefusesACertificateForAnotherHost) {
  tls_peer peer(io_, authority_.issue("DNS:other.example"));
  const auto answered = get("localhost", peer.port(), {.ca_file = ca_file_});
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error(),
            error_code(X509_V_ERR_HOSTNAME_MISMATCH, http::certificate_category()));
}

TEST_F(Tls, ChecksAnAddressAgainstTheAddressesOfTheCertificate) {
  tls_peer named(io_, authority_.issue("IP:127.0.0.1"));
  EXPECT_TRUE(get("127.0.0.1", named.port(), {.ca_file = ca_file_}));
  tls_peer other(io_, authority_.issue("DNS:localhost"));
  EXPECT_EQ(get("127.0.0.1", other.port(), {.ca_file = ca_file_}).error(),
            error_code(X509_V_ERR_IP_ADDRESS_MISMATCH, http::certificate_category()));
}

TEST_F(Tls, RefusesAnExpiredCertificate) {
  tls_peer peer(io_, authority_.issue("DNS:localhost", -7200, -3600));
  EXPECT_EQ(get("localhost", peer.port(), {.ca_file = ca_file_}).error(),
            error_code(X509_V_ERR_CERT_HAS_EXPIRED, http::certificate_category()));
}

TEST_F(Tls, VerifiesNothingOnlyWhereToldSo) {
  tls_peer peer(io_, authority_.issue("DNS:other.example"));
  EXPECT_TRUE(get("localhost", peer.port(), {.verify_peer = false}));
}

TEST_F(Tls, APlainServerIsAnErrorOfTls) {
  tcp::acceptor acceptor(io_, {asio::ip::address_v4::loopback(), 0});
  asio::co_spawn(
      io_,
      [&]() -> asio::awaitable<void> {
        auto [error, socket] = co_await acceptor.async_accept(as_result);
        const std::string plain = "HTTP/1.1 400 Bad Request\r\n\r\n";
        co_await asio::async_write(socket, asio::buffer(plain), as_result);
      },
      asio::detached);
  const auto answered = get("localhost", acceptor.local_endpoint().port(), {.ca_file = ca_file_});
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().category(), http::tls_category()) << answered.error().message();
}

TEST_F(Tls, AHandshakeThatNeverEndsIsCutAtTheConnectDeadline) {
  tcp::acceptor silent(io_, {asio::ip::address_v4::loopback(), 0});
  const auto answered = get(
      "127.0.0.1", silent.local_endpoint().port(), {.connect_ms_max = 100ms, .ca_file = ca_file_});
  EXPECT_EQ(answered.error(), http::errc::deadline_exceeded);
}

}  // namespace
