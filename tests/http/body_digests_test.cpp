#include "http/body_digests.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tidewire::http {
namespace {

sha256_digest by_openssl(std::string_view bytes) {
  sha256_digest digest{};
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

std::string large(char filling, std::size_t more = 0) {
  return std::string(body_digests::shared_bytes_min + more, filling);
}

bool processor_gains_by_several() {
  const std::vector<std::string_view> none;
  return sha256_many(none, {});
}

class BodyDigests : public testing::Test {
 protected:
  void SetUp() override { hashed_alone = 0; }

  /// Asks for the digests of all bodies in the same turn, and holds them against OpenSSL's.
  void expect_digests(const std::vector<std::string>& bodies) {
    std::vector<std::optional<sha256_digest>> made(bodies.size());
    for (std::size_t i = 0; i < bodies.size(); ++i)
      asio::co_spawn(io, put(bodies[i], made[i]), asio::detached);
    io.run();
    io.restart();
    for (std::size_t i = 0; i < bodies.size(); ++i) EXPECT_EQ(made[i], by_openssl(bodies[i])) << i;
  }

  static sha256_digest alone(std::string_view bytes) {
    ++hashed_alone;
    return by_openssl(bytes);
  }

  static inline std::size_t hashed_alone = 0;
  asio::io_context io;
  body_digests digests{io.get_executor(), alone};

  asio::awaitable<void> put(const std::string& body, std::optional<sha256_digest>& into) {
    auto asking = digests.of(body);
    into = co_await std::move(asking);
  }
};

TEST_F(BodyDigests, OfOneBodyIsMadeAlone) {
  expect_digests({large('a')});
  EXPECT_EQ(hashed_alone, 1);
}

TEST_F(BodyDigests, OfThoseThatAreReadyInATurnAreMadeTogether) {
  std::vector<std::string> bodies{large('a')};
  for (std::size_t count = 2; count <= 18; ++count) {
    hashed_alone = 0;
    bodies.push_back(large('b', 1000 * count));
    expect_digests(bodies);
    const std::size_t left_over = count % sha256_lanes == 1 ? 1 : 0;
    EXPECT_EQ(hashed_alone, processor_gains_by_several() ? left_over : count);
  }
}

TEST_F(BodyDigests, DoNotWaitForATurnWhenThereAreEnough) {
  std::vector<std::string> bodies(sha256_lanes, large('a'));
  std::vector<std::optional<sha256_digest>> made(bodies.size());
  for (std::size_t i = 0; i < bodies.size(); ++i)
    asio::co_spawn(io, put(bodies[i], made[i]), asio::detached);
  for (std::size_t i = 0; i < bodies.size(); ++i) io.run_one();
  EXPECT_EQ(made.back(), by_openssl(bodies.back()));
  io.run();
}

TEST_F(BodyDigests, OfSmallBodiesDoNotWaitForOthers) {
  expect_digests({large('a'), "small", large('b'), ""});
  EXPECT_EQ(hashed_alone, processor_gains_by_several() ? 2 : 4);
}

TEST_F(BodyDigests, OfAGroupAfterAnother) {
  expect_digests({large('a'), large('b'), large('c')});
  expect_digests({large('d')});
  expect_digests({large('e'), large('f')});
}

TEST_F(BodyDigests, AreGivenUpWithTheirExecutor) {
  const std::string body = large('a');
  std::optional<sha256_digest> made;
  auto ends = std::make_unique<asio::io_context>();
  digests = body_digests(ends->get_executor(), alone);
  asio::co_spawn(*ends, put(body, made), asio::detached);
  ends->run_one();
  ends.reset();  // destroys the coroutine where it waits
  EXPECT_FALSE(made);
  EXPECT_EQ(hashed_alone, 0);
}

}  // namespace
}  // namespace tidewire::http
