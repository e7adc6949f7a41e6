#include "changes.hpp"
#include "transform/time_zone.hpp"

#include <gmock/gmock.h>

namespace tidewire::transform::test {
namespace {

using ::testing::HasSubstr;

definition to_zone(const std::string& zone, option_list more = {}) {
  more.emplace_back("converted.timezone", zone);
  return step_of(debezium + "TimezoneConverter", std::move(more), "zone");
}

std::string shape_of(const std::string& kind, const std::string& name, const std::string& field) {
  return R"({"type":")" + kind + R"(","optional":true,"name":")" + name +
         R"(","version":1,"field":")" + field + R"("})";
}

/// An insert into public.t with the one column `at`.
message insert_of(const std::string& kind, const std::string& name, const std::string& at) {
  const std::string row = R"({"type":"struct","fields":[)" + shape_of(kind, name, "at") +
                          R"(],"optional":true,"name":"s.public.t.Value","field":"after"})";
  return {
      .topic = "s.public.t",
      .key = std::nullopt,
      .value = document(
          R"({"type":"struct","fields":[)" + row +
              R"(,{"type":"struct","fields":[{"type":"string","optional":false,"field":"table"}],"optional":false,"field":"source"}],"optional":false,"name":"s.public.t.Envelope"})",
          R"({"after":{"at":)" + at + R"(},"source":{"table":"t"}})")};
}

/// What becomes of the column.
std::string converted(const definition& by,
                      const std::string& kind,
                      const std::string& name,
                      const std::string& at) {
  const std::string made =
      only({by}, insert_of(kind, "io.debezium.time." + name, at), without_schemas).value;
  const std::string before = R"({"after":{"at":)";
  return made.substr(before.size(), made.find('}') - before.size());
}

std::string refusal(const definition& of) {
  try {
    pass({of}, {});
  } catch (const startup_error& error) {
    return error.what();
  }
  return "taken";
}

constexpr std::int64_t winter_s = 1'705'320'000;  // 2024-01-15T12:00:00Z
constexpr std::int64_t summer_s = 1'721'044'800;  // 2024-07-15T12:00:00Z

TEST(TimeZone, KnowsOffsetsAsJavaWritesThem) {
  EXPECT_EQ(time_zone::named("+05:30")->offset_at_local(winter_s), 19'800);
  EXPECT_EQ(time_zone::named("-08:15:30")->offset_at(winter_s), -29'730);
  for (const char* none : {"5:30", "+5:30", "+05:60", "+19:00", "+05-30", "+05:3x", ""})
    EXPECT_FALSE(time_zone::named(none)) << none;
}

TEST(TimeZone, KnowsTheRegionsOfTheSystemAndNoOtherFiles) {
  EXPECT_EQ(time_zone::named("Europe/Berlin")->offset_at_local(winter_s), 3600);
  EXPECT_EQ(time_zone::named("Europe/Berlin")->offset_at_local(summer_s), 7200);
  EXPECT_EQ(time_zone::named("UTC")->offset_at_local(summer_s), 0);
  for (const char* none : {"Mars/Olympus",
                           "localtime",
                           "/etc/localtime",
                           "../zoneinfo/UTC",
                           "posix/UTC",
                           "Fixed/UTC+01:00:00",
                           "Europe/../UTC"})
    EXPECT_FALSE(time_zone::named(none)) << none;
}

TEST(TimeZone, TakesTheOffsetOfBeforeWhereClocksAreChanged) {
  const auto berlin = *time_zone::named("Europe/Berlin");
  constexpr std::int64_t left_out_s = 1'711'852'200;  // 2024-03-31T02:30:00
  constexpr std::int64_t repeated_s = 1'729'996'200;  // 2024-10-27T02:30:00
  EXPECT_EQ(berlin.offset_at_local(left_out_s), 3600);
  EXPECT_EQ(berlin.offset_at_local(left_out_s + 1800), 7200);
  EXPECT_EQ(berlin.offset_at_local(repeated_s), 7200);
  EXPECT_EQ(berlin.offset_at_local(repeated_s + 1800), 3600);
}

TEST(TimeZone, HasRulesForAllTimes) {
  const auto berlin = *time_zone::named("Europe/Berlin");
  constexpr std::int64_t year_s = 31'556'952;
  EXPECT_EQ(berlin.offset_at_local(winter_s - 200 * year_s),
            3208);  // before the first: its own noon
  EXPECT_EQ(berlin.offset_at_local(summer_s + 400 * year_s), 7200);
  EXPECT_EQ(berlin.offset_at_local(summer_s + 200'000 * year_s), 7200);
}

TEST(TimezoneConverter, WritesTheSameMomentWithTheZonesOffset) {
  const auto berlin = to_zone("Europe/Berlin");
  const auto zoned = [&](const std::string& at) {
    return converted(berlin, "string", "ZonedTimestamp", '"' + at + '"');
  };
  EXPECT_EQ(zoned("2024-01-15T12:00:00Z"), R"("2024-01-15T13:00:00+01:00")");
  EXPECT_EQ(zoned("2024-07-15T23:30:00.120Z"), R"("2024-07-16T01:30:00.12+02:00")");
  EXPECT_EQ(zoned("2024-07-15T12:00:00+05:30"), R"("2024-07-15T08:30:00+02:00")");
  EXPECT_EQ(zoned("-0043-03-15T12:00:00Z"), R"("-0043-03-15T12:53:28+00:53:28")");
  EXPECT_EQ(zoned("+12024-07-15T12:00:00Z"), R"("+12024-07-15T14:00:00+02:00")");
  EXPECT_EQ(converted(to_zone("UTC"), "string", "ZonedTimestamp", R"("2024-07-15T12:00:00Z")"),
            R"("2024-07-15T12:00:00Z")");
  EXPECT_EQ(converted(to_zone("-05:30"), "string", "ZonedTime", R"("02:00:00.5Z")"),
            R"("20:30:00.5-05:30")");
}

TEST(TimezoneConverter, TakesATimeWithoutOffsetForTheZones) {
  const auto berlin = to_zone("Europe/Berlin");
  const auto moved = [&](const std::string& name, std::int64_t per_second, std::int64_t more) {
    return converted(berlin, "int64", name, std::to_string(summer_s * per_second + more));
  };
  EXPECT_EQ(moved("Timestamp", 1000, 1), std::to_string((summer_s - 7200) * 1000 + 1));
  EXPECT_EQ(moved("MicroTimestamp", 1'000'000, 1),
            std::to_string((summer_s - 7200) * 1'000'000 + 1));
  EXPECT_EQ(moved("NanoTimestamp", 1'000'000'000, 1),
            std::to_string((summer_s - 7200) * 1'000'000'000 + 1));
  EXPECT_EQ(converted(to_zone("+00:00:01"), "int64", "MicroTimestamp", "-1"), "-1000001");
  EXPECT_EQ(converted(berlin, "int32", "Date", "19737"), "19737");
  EXPECT_EQ(converted(berlin, "int64", "MicroTime", "36000000000"), "36000000000");
}

TEST(TimezoneConverter, ConvertsTheDefaultThatANullIsWrittenAs) {
  EXPECT_THAT(only({to_zone("+00:00:01")},
                   change("c", "null", R"({"id":1,"name":"a","at":null})"),
                   without_schemas)
                  .value,
              HasSubstr(R"("at":-999995)"));
}

TEST(TimezoneConverter, StopsAtATimeThatIsNone) {
  const auto stopped = pass({to_zone("UTC")},
                            {insert_of("string", "io.debezium.time.ZonedTimestamp", R"("never")")});
  EXPECT_THAT(stopped.trouble, HasSubstr("TimezoneConverter: at holds no time"));
}

TEST(TimezoneConverter, ConvertsWhatTheListsSay) {
  const auto at = [](option_list lists) {
    return converted(to_zone("+00:00:01", std::move(lists)), "int64", "MicroTimestamp", "5");
  };
  const std::string yes = "-999995", no = "5";
  EXPECT_EQ(at({{"include.list", "source:t:at"}}), yes);
  EXPECT_EQ(at({{"include.list", "source:t:other"}}), no);
  EXPECT_EQ(at({{"include.list", "source:t"}}), yes);
  EXPECT_EQ(at({{"include.list", "topic:s.public.t:other"}}), no);
  EXPECT_EQ(at({{"include.list", "source:u:at"}}), yes);  // no rule for the table: all of it
  EXPECT_EQ(at({{"include.list", "source:u:at,t:other"}}), no);
  EXPECT_EQ(at({{"include.list", "topic:u:at,t:other"}}), yes);  // `t` is a topic there, too
  EXPECT_EQ(at({{"include.list", "t:other,t:at"}}), yes);
  EXPECT_EQ(at({{"exclude.list", "source:t:at"}}), no);
  EXPECT_EQ(at({{"exclude.list", "source:t:other"}}), yes);
  EXPECT_EQ(at({{"exclude.list", "topic:s.public.t"}}), no);
  EXPECT_EQ(at({{"exclude.list", "s.public.t:at"}}), no);
  EXPECT_EQ(at({{"exclude.list", "source:u"}}), yes);
}

TEST(TimezoneConverter, LeavesWhatIsNoChangeOfARow) {
  EXPECT_EQ(only({to_zone("+01:00")}, tombstone()), tombstone());
  const message row =
      flat(shape_of("int64", "io.debezium.time.MicroTimestamp", "at"), R"({"at":5})");
  EXPECT_EQ(only({to_zone("+01:00")}, row), row);
}

TEST(TimezoneConverter, NamesTheOptionThatItCannotUse) {
  EXPECT_THAT(refusal(step_of(debezium + "TimezoneConverter", {}, "zone")),
              HasSubstr("debezium.transforms.zone.converted.timezone"));
  EXPECT_THAT(refusal(to_zone("Mars/Olympus")),
              HasSubstr("debezium.transforms.zone.converted.timezone=Mars/Olympus"));
  EXPECT_THAT(refusal(to_zone("UTC", {{"include.list", "t"}})), HasSubstr("zone.include.list=t"));
  EXPECT_THAT(refusal(to_zone("UTC", {{"exclude.list", "source:t:a,source:t:b"}})),
              HasSubstr("have two parts at most"));
  EXPECT_THAT(refusal(to_zone("UTC", {{"include.list", "t:a"}, {"exclude.list", "t:b"}})),
              HasSubstr("not beside include.list"));
}

}  // namespace
}  // namespace tidewire::transform::test
