#include "postgres/slot_forecast.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire::postgres {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::uint64_t mebibyte = 1024 * 1024;

class SlotForecast : public ::testing::Test {
 protected:
  std::optional<std::string> look(std::chrono::seconds at,
                                  std::optional<std::uint64_t> safe_mib,
                                  std::string status = "reserved",
                                  std::uint64_t retained_mib = 1) {
    slot_sample sample{.wal_status = std::move(status), .retained_bytes = retained_mib * mebibyte};
    if (safe_mib) sample.safe_bytes = *safe_mib * mebibyte;
    return forecast_.look(slot_forecast::time_point(at), sample);
  }

  slot_forecast forecast_{"s", {.warning = 3600s, .retained_bytes = 100 * mebibyte}};
};

TEST_F(SlotForecast, SeesNoLossWithoutALimit) {
  EXPECT_FALSE(look(0s, std::nullopt));
  EXPECT_FALSE(look(1000s, std::nullopt));
  EXPECT_FALSE(forecast_.lost_in());
  EXPECT_EQ(forecast_.risk(), slot_risk::none);
}

TEST_F(SlotForecast, ForecastsTheLossAtASteadyPaceAndSaysItOnce) {
  int said = 0;
  for (int i = 0; i <= 100; ++i)  // 1 MiB a second
    said += look(std::chrono::seconds(i * 10), 3000 - 10 * static_cast<std::uint64_t>(i)) ? 1 : 0;
  EXPECT_EQ(said, 1);
  EXPECT_EQ(forecast_.risk(), slot_risk::filling);
  ASSERT_TRUE(forecast_.lost_in());
  EXPECT_NEAR(static_cast<double>(forecast_.lost_in()->count()), 2000, 20);
}

TEST_F(SlotForecast, IsOutOfDangerWhenThereIsRoomAgain) {
  for (int i = 0; i <= 100; ++i)
    look(std::chrono::seconds(i * 10), 3000 - 10 * static_cast<std::uint64_t>(i));
  std::optional<std::string> news;
  for (int i = 101; i < 200 && !news; ++i) news = look(std::chrono::seconds(i * 10), 4000);
  ASSERT_TRUE(news);
  EXPECT_THAT(*news, HasSubstr("out of danger"));
}

TEST_F(SlotForecast, SaysEachStateInItsWords) {
  EXPECT_THAT(look(0s, 10, "unreserved").value_or(""),
              HasSubstr("may be lost at the next checkpoint"));
  EXPECT_FALSE(look(10s, 10, "unreserved"));
  EXPECT_THAT(look(20s, std::nullopt, "lost").value_or(""), HasSubstr("changes after 0/0"));
  EXPECT_THAT(forecast_.look(slot_forecast::time_point(30s), std::nullopt).value_or(""),
              HasSubstr("is not there any more"));
}

TEST_F(SlotForecast, DoesNotRepeatItselfAboutASlotAtTheLine) {
  EXPECT_TRUE(look(0s, std::nullopt, "reserved", 101));
  EXPECT_FALSE(look(10s, std::nullopt, "reserved", 99));
  EXPECT_FALSE(look(20s, std::nullopt, "reserved", 101));
  EXPECT_TRUE(look(30s, std::nullopt, "reserved", 70));
  EXPECT_EQ(forecast_.risk(), slot_risk::none);
}

}  // namespace
}  // namespace tidewire::postgres
