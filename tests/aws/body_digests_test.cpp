#include "aws/body_digests.hpp"

#include "aws/sha256_pair.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace tidewire::aws {
namespace {

std::string text_of(std::size_t size, unsigned seed) {
  std::minstd_rand random(seed);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random() >> 8U);
  return text;
}

/// Both are what OpenSSL makes of each.
void expect_pair(const std::string& first, const std::string& second) {
  const auto both = sha256_pair(first, second);
  EXPECT_EQ(both[0], sha256(first)) << first.size() << " bytes beside " << second.size();
  EXPECT_EQ(both[1], sha256(second)) << second.size() << " bytes beside " << first.size();
}

TEST(Sha256Pair, OfTextsOfAllSizesAroundABlock) {
  for (std::size_t size = 0; size <= 200; ++size) {
    expect_pair(text_of(size, 1), text_of(size, 2));
    expect_pair(text_of(size, 3), text_of((size * 7) % 201, 4));
  }
}

TEST(Sha256Pair, OfLargeTextsOfDifferentSizes) {
  expect_pair(text_of(300'000, 1), text_of(299'937, 2));
  expect_pair(text_of(1'500'000, 3), text_of(64, 4));
  expect_pair({}, text_of(100'000, 5));
}

class BodyDigests : public testing::Test {
 protected:
  /// Asks for the digests of all bodies in the same turn.
  std::vector<sha256_digest> ask(const std::vector<std::string>& bodies) {
    std::vector<sha256_digest> made(bodies.size());
    for (std::size_t i = 0; i < bodies.size(); ++i)
      asio::co_spawn(io, put(bodies[i], made[i]), asio::detached);
    io.run();
    io.restart();
    return made;
  }

  asio::io_context io;
  body_digests digests{io.get_executor()};

 private:
  asio::awaitable<void> put(const std::string& body, sha256_digest& into) {
    auto asking = digests.of(body);
    into = co_await std::move(asking);
  }
};

TEST_F(BodyDigests, AreThoseOfTheBodiesHoweverManyThereAre) {
  std::vector<std::string> bodies;
  for (unsigned count = 1; count <= 5; ++count) {
    bodies.push_back(text_of(body_digests::shared_bytes_min + 1000 * count, count));
    const auto made = ask(bodies);
    for (std::size_t i = 0; i < bodies.size(); ++i) EXPECT_EQ(made[i], sha256(bodies[i]));
  }
}

TEST_F(BodyDigests, OfSmallBodiesBesideLargeOnes) {
  const std::vector<std::string> bodies{text_of(40'000, 1), "small", text_of(30'000, 2), ""};
  const auto made = ask(bodies);
  for (std::size_t i = 0; i < bodies.size(); ++i) EXPECT_EQ(made[i], sha256(bodies[i]));
}

}  // namespace
}  // namespace tidewire::aws
