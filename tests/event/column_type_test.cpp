#include "event/column_type.hpp"

#include "encoding.hpp"
#include "event/table_plan.hpp"
#include "event/table_plan_inside.hpp"
#include "seen_column.hpp"
#include "tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tidewire::event {
namespace {

using test::column;
using test::filler_of;
using test::not_null;
using test::plain_options;
using test::schema_of;
using test::see;
using testing::HasSubstr;

TEST(ColumnType, KnowsTheSchemasOfCommonTypes) {
  EXPECT_EQ(schema_of(type_oid::int2), R"({"type":"int16","optional":true,"field":"c"})");
  EXPECT_EQ(schema_of(type_oid::object_id), R"({"type":"int64","optional":true,"field":"c"})");
  EXPECT_EQ(schema_of(type_oid::float4), R"({"type":"float","optional":true,"field":"c"})");
  EXPECT_EQ(
      schema_of(type_oid::jsonb),
      R"({"type":"string","optional":true,"name":"io.debezium.data.Json","version":1,"field":"c"})");
  EXPECT_EQ(
      schema_of(type_oid::numeric, test::numeric_modifier(10, 2)),
      R"({"type":"bytes","optional":true,"name":"org.apache.kafka.connect.data.Decimal","version":1,)"
      R"("parameters":{"scale":"2","connect.decimal.precision":"10"},"field":"c"})");
  EXPECT_EQ(
      schema_of(type_oid::numeric),
      R"({"type":"struct","fields":[{"type":"int32","optional":false,"field":"scale"},)"
      R"({"type":"bytes","optional":false,"field":"value"}],"optional":true,"name":"io.debezium.data.VariableScaleDecimal",)"
      R"("version":1,"doc":"Variable scaled decimal","field":"c"})");
  EXPECT_EQ(schema_of(test::mood_oid),
            R"({"type":"string","optional":true,"name":"io.debezium.data.Enum","version":1,)"
            R"("parameters":{"allowed":"sad,ok"},"field":"c"})");
  EXPECT_EQ(
      schema_of(test::int4_array_oid),
      R"({"type":"array","items":{"type":"int32","optional":true},"optional":true,"field":"c"})");
}

TEST(ColumnType, ReadsTheScaleOfANumericWithoutItsSignAsTheDriverDoes) {
  EXPECT_THAT(schema_of(type_oid::numeric, test::numeric_modifier(3, -2)),
              HasSubstr(R"("scale":"2046","connect.decimal.precision":"3")"));
}

TEST(ColumnType, TakesCatalogueVectorsForArraysOfRequiredElements) {
  EXPECT_EQ(
      schema_of(type_oid::int2vector),
      R"({"type":"array","items":{"type":"int16","optional":false},"optional":true,"field":"c"})");
}

TEST(ColumnType, AllowsNullInArraysThatDebeziumKnowsAndInNoOther) {
  options how;
  how.unknown_types = true;
  how.binaries = binary_mode::hex;
  EXPECT_THAT(schema_of(test::line_array_oid, -1, how),
              HasSubstr(R"("items":{"type":"string","optional":false})"));
  EXPECT_THAT(schema_of(test::price_array_oid, -1, how),
              HasSubstr(R"("items":{"type":"string","optional":false})"));
}

TEST(ColumnType, ReadsDatesInArraysByTheCalendarOfJdbcInTheStreamToo) {
  const options how = plain_options();
  const postgres::type_catalog types = test::catalog();
  const auto of = [&](std::uint32_t array, std::string_view text) {
    const resolved_type type = resolve(types, oid{array}, -1, origin::stream);
    const auto column = column_type_of(type, {.how = how, .types = types, .from = origin::stream});
    return test::written(column.value().encoder, text);
  };
  EXPECT_EQ(of(test::date_array_oid, R"({infinity,"0044-03-15 BC"})"), "[-622191234,-703383]");
  EXPECT_EQ(of(test::timestamp_array_oid, R"({"0001-01-01 00:00:00"})"), "[-62135769600000000]");
}

TEST(ColumnType, ChoosesTheUnitOfTimesByTheirDigitsAndTheMode) {
  EXPECT_THAT(schema_of(type_oid::time, 3),
              HasSubstr(R"("type":"int32","optional":true,"name":"io.debezium.time.Time")"));
  EXPECT_THAT(schema_of(type_oid::time, 4), HasSubstr("io.debezium.time.MicroTime"));
  EXPECT_THAT(schema_of(type_oid::timestamp, 3), HasSubstr("io.debezium.time.Timestamp"));
  EXPECT_THAT(schema_of(type_oid::timestamp), HasSubstr("io.debezium.time.MicroTimestamp"));
  options how = plain_options();
  how.times = time_mode::connect;
  EXPECT_THAT(
      schema_of(type_oid::time, 6, how),
      HasSubstr(R"("type":"int32","optional":true,"name":"org.apache.kafka.connect.data.Time")"));
  EXPECT_THAT(schema_of(type_oid::date, -1, how), HasSubstr("org.apache.kafka.connect.data.Date"));
  how.times = time_mode::adaptive_time_microseconds;
  EXPECT_THAT(schema_of(type_oid::time, 0, how), HasSubstr("io.debezium.time.MicroTime"));
}

TEST(ColumnType, TakesASingleBitForABoolean) {
  EXPECT_EQ(schema_of(type_oid::bit, 1), R"({"type":"boolean","optional":true,"field":"c"})");
  EXPECT_THAT(schema_of(type_oid::bit, 8), HasSubstr(R"("parameters":{"length":"8"})"));
  EXPECT_THAT(schema_of(type_oid::varbit), HasSubstr(R"("parameters":{"length":"2147483647"})"));
}

TEST(ColumnType, FollowsDomainsDownToTheirType) {
  EXPECT_THAT(schema_of(test::price_oid),
              HasSubstr(R"("scale":"3","connect.decimal.precision":"8")"));
  EXPECT_THAT(schema_of(test::nested_price_oid),
              HasSubstr(R"("scale":"3","connect.decimal.precision":"8")"));
}

TEST(ColumnType, LeavesUnknownTypesOutUnlessTheyAreWanted) {
  EXPECT_EQ(schema_of(test::composite_oid), "");
  EXPECT_EQ(schema_of(type_oid::line), "");
  EXPECT_EQ(schema_of(type_oid::money_array), "");
  options how = plain_options();
  how.unknown_types = true;
  EXPECT_EQ(schema_of(test::composite_oid, -1, how),
            R"({"type":"bytes","optional":true,"field":"c"})");
  EXPECT_EQ(schema_of(type_oid::money_array, -1, how), "");
}

TEST(ColumnType, HasAFillerForEveryTypeThatMayNotBeNull) {
  EXPECT_EQ(filler_of(type_oid::int8), "0");
  EXPECT_EQ(filler_of(type_oid::float8), "0.0");
  EXPECT_EQ(filler_of(type_oid::boolean), "false");
  EXPECT_EQ(filler_of(type_oid::text), "\"\"");
  EXPECT_EQ(filler_of(type_oid::numeric, test::numeric_modifier(10, 2)), "\"AA==\"");
  EXPECT_EQ(filler_of(type_oid::numeric), R"({"scale":0,"value":"AA=="})");
  EXPECT_EQ(filler_of(type_oid::bytea), "\"\"");
  EXPECT_EQ(filler_of(type_oid::timestamptz), "\"1970-01-01T00:00:00Z\"");
  EXPECT_EQ(filler_of(type_oid::timetz), "\"00:00:00Z\"");
  EXPECT_EQ(filler_of(type_oid::interval), "0");
  EXPECT_EQ(filler_of(test::int4_array_oid), "[]");
  EXPECT_EQ(filler_of(test::mood_oid), "\"\"");
  EXPECT_EQ(filler_of(type_oid::point),
            R"({"x":0.0,"y":0.0,"wkb":"AQEAAAAAAAAAAAAAAAAAAAAAAAAA","srid":null})");
  options how = plain_options();
  how.decimals = decimal_mode::as_string;
  EXPECT_EQ(filler_of(type_oid::numeric, test::numeric_modifier(10, 2), how), "\"0.00\"");
  EXPECT_EQ(filler_of(type_oid::numeric, -1, how), "\"0\"");
  how.decimals = decimal_mode::as_double;
  EXPECT_EQ(filler_of(type_oid::money, -1, how), "0.0");
  how.intervals = interval_mode::string;
  EXPECT_EQ(filler_of(type_oid::interval, -1, how), "\"P0Y0M0DT0H0M0S\"");
}

TEST(ColumnType, KnowsThePlaceholderOfBytesInSomeModesOnly) {
  options how = plain_options();
  how.unavailable_placeholder = "Hi";
  EXPECT_EQ(see(column("c", type_oid::bytea), how).unavailable, "\"SGk=\"");
  how.binaries = binary_mode::hex;
  EXPECT_EQ(see(column("c", type_oid::bytea), how).unavailable, "\"Hi\"");
  how.binaries = binary_mode::base64;
  EXPECT_EQ(see(column("c", type_oid::bytea), how).unavailable, "null");
  how.decimals = decimal_mode::as_string;
  EXPECT_EQ(see(column("c", type_oid::numeric), how).unavailable, "\"Hi\"");
}

TEST(ColumnType, CallsGeometryOptionalWhateverTheColumnSays) {
  const auto geometry = see(not_null(column("c", test::geometry_oid)));
  EXPECT_THAT(geometry.schema, HasSubstr(R"("optional":true,"name":"io.debezium.data.geometry)"));
  EXPECT_EQ(geometry.null, R"({"wkb":"AQcAAAAAAAAA","srid":null})") << "and fills it nonetheless";
  EXPECT_THAT(see(not_null(column("c", test::geography_oid))).schema,
              HasSubstr(R"("optional":false,"name":"io.debezium.data.geometry)"));
}

TEST(ColumnType, TakesDomainsOfDecoderbufsForTheirTexts) {
  options how = plain_options();
  how.decoderbufs = true;
  const auto first = [&how](std::uint32_t type, std::string_view text, origin from) {
    streams names;
    const auto plan = make_plan(
        test::table("public", "t", {column("c", type, 3)}), test::catalog(), how, names, from);
    return test::written(plan->row[0].encoder, text);
  };
  EXPECT_EQ(first(test::digest_oid, "\\x01", origin::stream), R"("XHgwMQ==")");
  EXPECT_EQ(first(test::digest_oid, "\\x01", origin::snapshot), R"("AQ==")");
  EXPECT_EQ(first(test::counts_oid, "{1,2}", origin::stream), "(unrepresentable)");
  EXPECT_EQ(first(test::counts_oid, "{1,2}", origin::snapshot), "[1,2]");
  EXPECT_EQ(first(test::timestamp_array_oid, "{1970-01-01 00:00:01}", origin::stream), "[1000000]");
  EXPECT_EQ(first(test::timestamp_array_oid, "{1970-01-01 00:00:01}", origin::snapshot), "[1000]");
  EXPECT_EQ(first(test::time_array_oid, "{00:00:01}", origin::stream), "[1000000]");
  EXPECT_EQ(first(test::time_array_oid, "{00:00:01}", origin::snapshot), "(unrepresentable)");
  auto by_domain = not_null(column("c", test::price_oid));
  by_domain.not_null_by_domain = true;
  EXPECT_THAT(see(by_domain, how).schema, HasSubstr(R"("optional":true)"));
  EXPECT_THAT(see(by_domain, how, origin::snapshot).schema, HasSubstr(R"("optional":false)"));
  EXPECT_THAT(see(by_domain).schema, HasSubstr(R"("optional":false)"));
}

TEST(JdbcSize, IsWhatTheDriverReports) {
  const postgres::type_catalog types = test::catalog();
  const auto size = [&](std::uint32_t type, std::int32_t modifier = -1) {
    const jdbc_size found = jdbc_size_of(resolve(types, oid{type}, modifier));
    return std::pair(found.length, found.scale);
  };
  const auto snapshot = [&](std::uint32_t type) {
    return jdbc_size_of(resolve(types, oid{type}, -1, origin::snapshot));
  };
  EXPECT_EQ(size(type_oid::int4), std::pair(10, 0));
  EXPECT_EQ(size(type_oid::float8), std::pair(17, 17));
  EXPECT_EQ(size(type_oid::numeric, test::numeric_modifier(10, 2)), std::pair(10, 2));
  EXPECT_EQ(size(type_oid::numeric), std::pair(131'089, 0));
  EXPECT_EQ(snapshot(type_oid::numeric).length, 0);
  EXPECT_FALSE(snapshot(type_oid::numeric).has_scale);
  EXPECT_EQ(size(type_oid::int2vector), std::pair(5, 0));
  EXPECT_EQ(snapshot(type_oid::int2vector).length, 2147483647);
  EXPECT_EQ(size(type_oid::timestamp), std::pair(29, 6));
  EXPECT_EQ(size(type_oid::timestamp, 0), std::pair(22, 0));
  EXPECT_EQ(size(type_oid::time, 1), std::pair(11, 1));
  EXPECT_EQ(size(type_oid::text), std::pair(2147483647, 0));
  EXPECT_EQ(size(type_oid::bit, 3), std::pair(3, 0));
}

}  // namespace
}  // namespace tidewire::event
