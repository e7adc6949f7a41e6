#include "pipeline/spsc_ring.hpp"

#include "pipeline/doorbell.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <cstdint>
#include <thread>

namespace tidewire::pipeline {
namespace {

using namespace std::chrono_literals;

TEST(SpscRing, IsFirstInFirstOutAndBounded) {
  spsc_ring<int> ring(3);
  EXPECT_EQ(ring.capacity(), 4U);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(ring.try_push(i));
  EXPECT_FALSE(ring.try_push(4));
  int value = -1;
  EXPECT_TRUE(ring.try_pop(value));
  EXPECT_EQ(value, 0);
  EXPECT_TRUE(ring.try_push(4));
  for (int i = 1; i <= 4; ++i) {
    ASSERT_TRUE(ring.try_pop(value));
    EXPECT_EQ(value, i);
  }
  EXPECT_FALSE(ring.try_pop(value));
}

TEST(SpscRing, CarriesEveryValueInOrderBetweenTwoThreads) {
  constexpr std::uint64_t count = 300'000;
  spsc_ring<std::uint64_t> ring(64);
  std::thread producer([&ring] {
    for (std::uint64_t i = 0; i < count;)
      if (ring.try_push(i))
        ++i;
      else
        std::this_thread::yield();
  });
  std::uint64_t expected = 0;
  while (expected < count) {
    std::uint64_t value = 0;
    if (ring.try_pop(value)) {
      ASSERT_EQ(value, expected);
      ++expected;
    } else {
      std::this_thread::yield();
    }
  }
  producer.join();
}

/// Takes numbers out of the ring until `count` have come, waiting at the bell when there is none.
asio::awaitable<void> consume(spsc_ring<std::uint64_t>& ring,
                              doorbell& bell,
                              std::uint64_t count,
                              std::uint64_t& seen) {
  while (seen < count) {
    for (std::uint64_t value = 0; ring.try_pop(value);) {
      EXPECT_EQ(value, seen);
      ++seen;
    }
    if (seen == count) break;
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    co_await bell.wait_until(deadline);
    EXPECT_LT(std::chrono::steady_clock::now(), deadline) << "a wake-up was lost";
  }
}

TEST(Doorbell, LosesNoWakeUpHoweverTheThreadsInterleave) {
  constexpr std::uint64_t count = 30'000;
  asio::io_context io(1);
  spsc_ring<std::uint64_t> ring(16);
  doorbell bell(io.get_executor());
  std::uint64_t seen = 0;
  asio::co_spawn(io, consume(ring, bell, count, seen), asio::detached);
  std::thread producer([&] {
    for (std::uint64_t i = 0; i < count;) {
      if (ring.try_push(i)) {
        ++i;
        bell.ring();
        if (i % 97 == 0) std::this_thread::sleep_for(20us);
      } else {
        std::this_thread::yield();
      }
    }
  });
  io.run();
  producer.join();
  EXPECT_EQ(seen, count);
}

asio::awaitable<void> wait_once(doorbell& bell,
                                std::chrono::steady_clock::time_point deadline,
                                bool& done) {
  co_await bell.wait_until(deadline);
  done = true;
}

TEST(Doorbell, KeepsARingForTheNextWaitAndComesBackAtTheDeadline) {
  asio::io_context io(1);
  doorbell bell(io.get_executor());
  bell.ring();
  bool done = false;
  asio::co_spawn(
      io, wait_once(bell, std::chrono::steady_clock::time_point::max(), done), asio::detached);
  io.run_for(60s);
  EXPECT_TRUE(done);
  io.restart();
  done = false;
  asio::co_spawn(io, wait_once(bell, std::chrono::steady_clock::now() + 5ms, done), asio::detached);
  io.run_for(60s);
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace tidewire::pipeline
