#include "http/body_digests.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <chrono>
#include <deque>
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

std::string patient(char filling) {
  return std::string(body_digests::patient_bytes_min, filling);
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

  asio::awaitable<void> put(const std::string& body,
                            std::optional<sha256_digest>& into,
                            std::chrono::microseconds patience = {}) {
    auto asking = digests.of(body, patience);
    into = co_await std::move(asking);
  }

  /// Asks for one more digest, and lets everything happen that needs no time.
  void add(const std::string& body, std::chrono::microseconds patience) {
    asio::co_spawn(io, put(body, added.emplace_back(), patience), asio::detached);
    io.restart();
    io.poll();
  }

  static constexpr std::chrono::hours forever{1};  // a test that waits for it hangs
  std::deque<std::optional<sha256_digest>> added;
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

TEST_F(BodyDigests, WithTimeWaitForAsManyAsAreMadeTogether) {
  const std::string body = patient('a');
  for (std::size_t count = 1; count < sha256_lanes; ++count) {
    add(body, forever);
    EXPECT_FALSE(added.front()) << count;
  }
  add(body, forever);
  for (const auto& digest : added) EXPECT_EQ(digest, by_openssl(body));
  EXPECT_EQ(hashed_alone, processor_gains_by_several() ? 0 : sha256_lanes);
}

TEST_F(BodyDigests, WithTimeGoWithOneThatHasNone) {
  const std::string body = patient('a');
  add(body, forever);
  add(body, forever);
  EXPECT_FALSE(added.front());
  add(body, {});
  for (const auto& digest : added) EXPECT_EQ(digest, by_openssl(body));
  add(body, forever);
  EXPECT_FALSE(added.back());  // those that went leave it no company
  add(body, {});
  for (const auto& digest : added) EXPECT_EQ(digest, by_openssl(body));
}

TEST_F(BodyDigests, WithTimeEndTheirWaitingWhenItIsOver) {
  const std::string body = patient('a');
  std::optional<sha256_digest> first;
  std::optional<sha256_digest> second;
  asio::co_spawn(io, put(body, first, std::chrono::microseconds(1)), asio::detached);
  asio::co_spawn(io, put(body, second, forever), asio::detached);
  io.run();  // the first one's time is the second one's as well
  EXPECT_EQ(first, by_openssl(body));
  EXPECT_EQ(second, by_openssl(body));
}

TEST_F(BodyDigests, OfBodiesThatAreHashedSoonerHaveNoTime) {
  const std::string body(body_digests::patient_bytes_min - 1, 'a');
  add(body, forever);
  EXPECT_EQ(added.front(), by_openssl(body));
}

/// As a client does it: the coroutine keeps what it asks.
asio::awaitable<void> ask(std::shared_ptr<body_digests> kept,
                          std::string_view body,
                          std::chrono::microseconds patience,
                          bool& ended) {
  auto asking = kept->of(body, patience);
  static_cast<void>(co_await std::move(asking));
  ended = true;
}

TEST_F(BodyDigests, AreGivenUpWithTheirExecutor) {
  const std::string body = patient('a');
  for (const std::chrono::microseconds patience : {std::chrono::microseconds{0}, {forever}}) {
    auto ends = std::make_unique<asio::io_context>();
    bool ended = false;
    auto asked = std::make_shared<body_digests>(ends->get_executor(), alone);
    asio::co_spawn(*ends, ask(std::move(asked), body, patience, ended), asio::detached);
    ends->run_one();
    ends.reset();  // destroys the coroutine where it waits
    EXPECT_FALSE(ended);
    EXPECT_EQ(hashed_alone, 0);
  }
}

}  // namespace
}  // namespace tidewire::http
