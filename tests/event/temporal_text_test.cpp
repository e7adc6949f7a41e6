#include "event/temporal_text.hpp"

#include "encoding.hpp"
#include "event/encode_temporal.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace tidewire::event {
namespace {

using test::written;

TEST(TemporalText, CountsDaysOfBothCalendarsFromTheEpoch) {
  EXPECT_EQ(gregorian_days({.year = 1970, .month = 1, .day = 1}), 0);
  EXPECT_EQ(gregorian_days({.year = 2024, .month = 2, .day = 29}), 19782);
  EXPECT_EQ(gregorian_days({.year = 1, .month = 1, .day = 1}), -719162);
  EXPECT_EQ(julian_days({.year = 1582, .month = 10, .day = 5}),
            gregorian_days({.year = 1582, .month = 10, .day = 15}));
  EXPECT_EQ(hybrid_days({.year = 1582, .month = 10, .day = 15}),
            gregorian_days({.year = 1582, .month = 10, .day = 15}));
}

TEST(TemporalText, FindsTheDateOfEveryDayAgain) {
  for (std::int64_t days = -800'000; days < 800'000; days += 37) {
    const calendar_date date = gregorian_date(days);
    EXPECT_EQ(gregorian_days(date), days);
    EXPECT_GE(date.day, 1);
    EXPECT_LE(date.day, 31);
  }
}

TEST(TemporalText, FindsTheJulianDateOfEveryDayBeforeTheReform) {
  for (std::int64_t days = -800'000; days < 800'000; days += 37) {
    const calendar_date date = hybrid_date(days);
    EXPECT_EQ(hybrid_days(date), days);
    EXPECT_GE(date.day, 1);
    EXPECT_LE(date.day, 31);
  }
  const calendar_date last = hybrid_date(first_gregorian_day - 1);
  EXPECT_EQ(last.month, 10);
  EXPECT_EQ(last.day, 4);
  EXPECT_EQ(hybrid_date(first_gregorian_day).day, 15);
}

TEST(TemporalText, WritesDatesAsDays) {
  EXPECT_EQ(written(encode::date, "2024-02-29"), "19782");
  EXPECT_EQ(written(encode::date, "1582-10-04"), "-141438");
  EXPECT_EQ(written(encode::date, "0001-12-31 BC"), "-719163");
  EXPECT_EQ(written(encode::date, "infinity"), "-2147472692");
  EXPECT_EQ(written(encode::date, "-infinity"), "-2147472691");
}

TEST(TemporalText, ReadsDatesOfASnapshotThroughTheHybridCalendar) {
  EXPECT_EQ(written(encode::snapshot_date, "1582-10-04"), "-141438");
  EXPECT_EQ(written(encode::snapshot_date, "1582-10-14"), "-141418");
  EXPECT_EQ(written(encode::snapshot_date, "0001-12-31 BC"), "-718798");
  EXPECT_EQ(written(encode::snapshot_date, "4713-01-01 BC"), "1001860");
  EXPECT_EQ(written(encode::snapshot_date, "0044-03-15 BC"), "-703383");
  EXPECT_EQ(written(encode::snapshot_date, "infinity"), "-622191234");
}

TEST(TemporalText, WritesTimesInTheirUnit) {
  EXPECT_EQ(written(encode::time_millis, "13:14:15.679"), "47655679");
  EXPECT_EQ(written(encode::time_micros, "13:14:15.678912"), "47655678912");
  EXPECT_EQ(written(encode::time_millis, "24:00:00"), "86400000");
  EXPECT_EQ(written(encode::time_micros, "00:00:00.1"), "100000");
  EXPECT_EQ(written(encode::element_time_micros, "01:02:03.456789"), "3723456000");
}

TEST(TemporalText, TakesZonedTimesToUtc) {
  EXPECT_EQ(written(encode::zoned_time, "13:14:15.678912+05:30"), "\"07:44:15.678912Z\"");
  EXPECT_EQ(written(encode::zoned_time, "12:00:00.5+14"), "\"22:00:00.5Z\"");
  EXPECT_EQ(written(encode::zoned_time, "23:59:59.999999-12"), "\"11:59:59.999999Z\"");
  EXPECT_EQ(written(encode::zoned_time, "24:00:00+00"), "\"00:00:00Z\"");
  EXPECT_EQ(written(encode::element_zoned_time, "01:02:03.456+02"), "\"23:02:03Z\"");
}

TEST(TemporalText, WritesTimestampsFlooredToTheirUnit) {
  EXPECT_EQ(written(encode::timestamp_micros, "2024-02-29 13:14:15.678912"), "1709212455678912");
  EXPECT_EQ(written(encode::timestamp_millis, "1969-12-31 23:59:59.999999"), "-1");
  EXPECT_EQ(written(encode::timestamp_micros, "0001-01-01 00:00:00.000001"), "-62135596799999999");
  EXPECT_EQ(written(encode::timestamp_millis, "10000-01-01 00:00:00"), "253402300800000");
  EXPECT_EQ(written(encode::timestamp_micros, "0001-12-31 23:59:59.5 BC"), "-62135596800500000");
  EXPECT_EQ(written(encode::timestamp_micros, "293269-01-30 00:00:00 BC"), "-9223372036854775808");
  EXPECT_EQ(written(encode::timestamp_micros, "infinity"), "9223372036825200000");
  EXPECT_EQ(written(encode::timestamp_millis, "infinity"), "9223372036825200");
  EXPECT_EQ(written(encode::timestamp_millis, "-infinity"), "-9223372036832400");
}

TEST(TemporalText, StopsAtTheLargestMicrosecondAsJavaDoes) {
  constexpr std::string_view last = "294276-12-31 23:59:59.999999";
  EXPECT_EQ(written(encode::timestamp_micros, last), "-9223372036853775810");
  EXPECT_EQ(written(encode::timestamp_millis, last), "9224318015999999");
}

TEST(TemporalText, ShiftsOldTimestampsOfASnapshotByTheJulianCalendar) {
  EXPECT_EQ(written(encode::snapshot_timestamp_micros, "0001-01-01 00:00:00.000001"),
            "-62135769599999999");
  EXPECT_EQ(written(encode::snapshot_timestamp_millis, "1582-10-04 12:00:00.5"), "-12219335999500");
  EXPECT_EQ(written(encode::snapshot_timestamp_millis, "1582-10-14 12:00:00.5"), "-12218471999500");
  EXPECT_EQ(written(encode::snapshot_timestamp_micros, "4713-01-01 00:00:00 BC"),
            "-210866803200000000");
  EXPECT_EQ(written(encode::snapshot_zoned_timestamp, "0044-03-15 10:00:00+00 BC", 6),
            "\"-0043-03-13T10:00:00.000000Z\"");
}

TEST(TemporalText, WritesZonedTimestampsWithTheDigitsOfTheirColumn) {
  EXPECT_EQ(written(encode::zoned_timestamp, "2024-02-29 07:44:15.678912+00", 6),
            "\"2024-02-29T07:44:15.678912Z\"");
  EXPECT_EQ(written(encode::zoned_timestamp, "2024-02-29 07:44:15.679+00", 3),
            "\"2024-02-29T07:44:15.679Z\"");
  EXPECT_EQ(written(encode::zoned_timestamp, "2024-02-29 07:44:16+00", 0),
            "\"2024-02-29T07:44:16Z\"");
  EXPECT_EQ(written(encode::zoned_timestamp, "2000-01-01 00:00:00+00", 6),
            "\"2000-01-01T00:00:00.000000Z\"");
  EXPECT_EQ(written(encode::zoned_timestamp, "10000-01-01 00:00:00+00", 0),
            "\"+10000-01-01T00:00:00Z\"");
  EXPECT_EQ(written(encode::zoned_timestamp, "4713-01-01 00:00:00+00 BC", 6),
            "\"-4712-01-01T00:00:00.000000Z\"");
  EXPECT_EQ(written(encode::zoned_timestamp, "infinity", 6), "\"infinity\"");
  EXPECT_EQ(written(encode::zoned_timestamp, "2024-03-01 00:30:00+05:30", 0),
            "\"2024-02-29T19:00:00Z\"");
}

TEST(TemporalText, WritesAsManyDigitsAsThereAreWhereTheColumnHasNone) {
  EXPECT_EQ(written(encode::zoned_timestamp, "2024-02-29 07:44:15.67+00", -1),
            "\"2024-02-29T07:44:15.67Z\"");
  EXPECT_EQ(written(encode::zoned_timestamp, "2024-02-29 07:44:15+00", -1),
            "\"2024-02-29T07:44:15Z\"");
}

TEST(TemporalText, ForgetsTheEraOfATimestampInAnArrayAndKeepsItsDate) {
  EXPECT_EQ(written(encode::element_zoned_timestamp, "0044-03-15 10:00:00+00 BC", 6),
            "\"0044-03-15T10:00:00.000000Z\"");
  EXPECT_EQ(written(encode::element_zoned_timestamp, "1500-03-01 01:02:03+00", 6),
            "\"1500-03-01T01:02:03.000000Z\"");
  EXPECT_EQ(written(encode::element_zoned_timestamp, "1582-10-05 00:00:00+00", 6),
            "\"1582-10-15T00:00:00.000000Z\"");
  EXPECT_EQ(written(encode::element_zoned_timestamp, "2024-01-01 00:30:00.25+01", 3),
            "\"2023-12-31T23:30:00.250Z\"");
  EXPECT_EQ(written(encode::element_zoned_timestamp, "infinity", 6), "\"infinity\"");
  EXPECT_EQ(written(encode::element_zoned_timestamp, "-infinity", 3),
            "\"+292269055-12-02T23:00:00.000Z\"");
  EXPECT_EQ(written(encode::element_zoned_timestamp, "x", 6), "(unrepresentable)");
}

TEST(TemporalText, TakesMidnightInAnArrayForTheDaysBeginning) {
  EXPECT_EQ(written(encode::element_time_micros, "24:00:00"), "0");
  EXPECT_EQ(written(encode::element_time_micros, "23:59:59.999999"), "86399999000");
}

TEST(TemporalText, RefusesWhatIsNoDateOrTime) {
  for (const std::string_view text :
       {"", "x", "2024", "2024-13-01", "2024-00-01", "2024-01-32", "2024-1", "2024-01-01x"})
    EXPECT_EQ(written(encode::date, text), "(unrepresentable)") << text;
  for (const std::string_view text : {"", "25:00:00", "12", "12:60:00", "12:00:00.", "12:00:00x"})
    EXPECT_EQ(written(encode::time_micros, text), "(unrepresentable)") << text;
  for (const std::string_view text : {"",
                                      "2024-01-01 x",
                                      "2024-01-01 12:00:00 AD",
                                      "99999999-01-01 00:00:00",
                                      "2000042-02-20 00:00:00"})
    EXPECT_EQ(written(encode::timestamp_micros, text), "(unrepresentable)") << text;
}

TEST(IntervalText, CountsMicrosecondsOfAverageMonths) {
  EXPECT_EQ(written(encode::interval_number, "1 year 2 mons 3 days 04:05:06.789012"),
            "37091106789012");
  EXPECT_EQ(written(encode::interval_number, "-1 years -2 mons +3 days -04:05:06.789"),
            "-36572706789000");
  EXPECT_EQ(written(encode::interval_number, "10000 years"), "315576000000000000");
  EXPECT_EQ(written(encode::interval_number, "-00:00:00.000001"), "-1");
  EXPECT_EQ(written(encode::interval_number, "00:00:00"), "0");
  EXPECT_EQ(written(encode::interval_number, "100000:00:00"), "360000000000000");
}

TEST(IntervalText, HoldsMoreYearsThanAnyServerPrints) {
  EXPECT_EQ(written(encode::interval_number, "999999999999999999 years"), "9223372036854775807");
}

TEST(IntervalText, WritesEveryPartOfAnIsoInterval) {
  EXPECT_EQ(written(encode::interval_string, "1 year 2 mons 3 days 04:05:06.789012"),
            "\"P1Y2M3DT4H5M6.789012S\"");
  EXPECT_EQ(written(encode::interval_string, "-1 years -2 mons +3 days -04:05:06.789"),
            "\"P-1Y-2M3DT-4H-5M-6.789S\"");
  EXPECT_EQ(written(encode::interval_string, "1 year 3 mons -40 days +25:00:00"),
            "\"P1Y3M-40DT25H0M0S\"");
  EXPECT_EQ(written(encode::interval_string, "-00:00:00.000001"), "\"P0Y0M0DT0H0M-0.000001S\"");
  EXPECT_EQ(written(encode::interval_string, "00:00:00"), "\"P0Y0M0DT0H0M0S\"");
}

TEST(IntervalText, RefusesWhatIsNoInterval) {
  for (const std::string_view text :
       {"", "1", "1 week", "x", "1 year2 mons", "04:", "P1Y", "04:05:06 1 day", "-04:05:06 07:08"})
    EXPECT_EQ(written(encode::interval_number, text), "(unrepresentable)") << text;
}

}  // namespace
}  // namespace tidewire::event
