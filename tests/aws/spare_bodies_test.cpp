#include "aws/spare_bodies.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace tidewire::aws {
namespace {

constexpr std::size_t mebibyte = 1024U * 1024U;

TEST(SpareBodies, HandOutTheMemoryOfABodyThatWasSent) {
  spare_bodies bodies;
  std::string first = bodies.take(mebibyte);
  ASSERT_GE(first.capacity(), mebibyte);
  first.assign(mebibyte, 'x');
  const char* const memory = first.data();
  bodies.give(std::move(first));
  const std::string next = bodies.take(mebibyte - 1000);
  EXPECT_EQ(next.data(), memory);
  EXPECT_TRUE(next.empty());
}

TEST(SpareBodies, GiveALargerBodyTheRoomThatItAsksFor) {
  spare_bodies bodies;
  bodies.give(bodies.take(mebibyte));
  EXPECT_GE(bodies.take(3 * mebibyte).capacity(), 3 * mebibyte);
}

TEST(SpareBodies, LeaveSmallOnesToTheAllocator) {
  spare_bodies bodies;
  bodies.give(bodies.take(mebibyte));
  EXPECT_LT(bodies.take(500).capacity(), spare_bodies::body_bytes_min);
  EXPECT_GE(bodies.take(mebibyte).capacity(), mebibyte);
}

TEST(SpareBodies, KeepNoMoreThanTheirBound) {
  spare_bodies bodies;
  std::vector<std::string> sent;
  for (int i = 0; i < 20; ++i) {
    sent.push_back(bodies.take(5 * mebibyte));
    sent.back().assign(5 * mebibyte, static_cast<char>('a' + i));
  }
  std::vector<const char*> memory;
  for (auto& body : sent) {
    memory.push_back(body.data());
    bodies.give(std::move(body));
  }
  // Two of 5 MiB are within the bound of 12; the one that came last is handed out first.
  EXPECT_EQ(bodies.take(5 * mebibyte).data(), memory[1]);
  EXPECT_EQ(bodies.take(5 * mebibyte).data(), memory[0]);
}

}  // namespace
}  // namespace tidewire::aws
