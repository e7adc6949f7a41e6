#include "app/stopping.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace tidewire::app {
namespace {

using namespace std::chrono_literals;

struct Stopping : testing::Test {
  stopping under(std::chrono::milliseconds patience, std::chrono::milliseconds echo) {
    return {io.get_executor(), patience, [this] { ++stops; }, [this] { ++given_up; }, echo};
  }
  void signal(int number) {
    std::raise(number);
    io.restart();
    io.poll();
  }

  boost::asio::io_context io{1};
  int stops = 0;
  int given_up = 0;
};

TEST_F(Stopping, TheSecondSignalGivesUp) {
  const auto s = under(1h, 0ms);
  signal(SIGTERM);
  EXPECT_EQ(stops, 1);
  EXPECT_EQ(given_up, 0);
  signal(SIGINT);
  EXPECT_EQ(stops, 1);
  EXPECT_EQ(given_up, 1);
}

TEST_F(Stopping, OneWishToldTwiceGivesNothingUp) {
  const auto s = under(1h, 1h);
  signal(SIGTERM);
  signal(SIGTERM);
  signal(SIGINT);
  EXPECT_EQ(stops, 1);
  EXPECT_EQ(given_up, 0);
}

TEST_F(Stopping, AClosedTerminalIsAWishUnlessHangupsAreIgnored) {
  {
    const auto s = under(1h, 1h);
    signal(SIGHUP);
    EXPECT_EQ(stops, 1);
  }
  const auto before = std::signal(SIGHUP, SIG_IGN);
  {
    const auto s = under(1h, 1h);
    signal(SIGHUP);
    EXPECT_EQ(stops, 1);
  }
  std::signal(SIGHUP, before);
}

TEST_F(Stopping, PatienceEnds) {
  const auto s = under(1ms, 1h);
  std::raise(SIGTERM);
  while (given_up == 0) io.run_one();
  EXPECT_EQ(stops, 1);
}

}  // namespace
}  // namespace tidewire::app
