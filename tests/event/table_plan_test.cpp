#include "event/table_plan.hpp"

#include "encoding.hpp"
#include "event/change_encoder.hpp"
#include "event/column_type.hpp"
#include "event/table_plan_inside.hpp"
#include "tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace tidewire::event {
namespace {

using test::column;
using test::not_null;
using test::with_default;
using testing::HasSubstr;
using testing::Not;

options plain_options() {
  options how;
  how.topic_prefix = "dbserver1";
  return how;
}

/// The schema of the first column besides `id`, as it stands in the row's schema, and its value for
/// a NULL.
struct seen_column {
  std::string schema;
  std::string null;
  std::string unavailable;
};

seen_column see(postgres::column of,
                const options& how = plain_options(),
                origin from = origin::stream) {
  streams names;
  const std::string name = of.name;
  const postgres::table table =
      test::table("public", "t", {not_null(column("id", type_oid::int4)), std::move(of)});
  const table_plan_ptr plan = make_plan(table, test::catalog(), how, names, from);
  seen_column out;
  if (plan->row.size() < 2) return out;
  const std::string id = R"({"type":"int32","optional":false,"field":"id"},)";
  const auto begin = plan->value_before.find(id) + id.size();
  out.schema = plan->value_before.substr(
      begin, plan->value_before.find("],\"optional\":true,\"name\":\"dbserver1", begin) - begin);
  out.null = plan->row[1].null;
  out.unavailable = plan->row[1].unavailable;
  return out;
}

std::string schema_of(std::uint32_t type,
                      std::int32_t modifier = -1,
                      const options& how = plain_options()) {
  return see(column("c", type, modifier), how).schema;
}

std::string filler_of(std::uint32_t type,
                      std::int32_t modifier = -1,
                      const options& how = plain_options()) {
  return see(not_null(column("c", type, modifier)), how).null;
}

std::string default_of(std::uint32_t type,
                       std::string expression,
                       std::int32_t modifier = -1,
                       const options& how = plain_options()) {
  return see(with_default(column("c", type, modifier), std::move(expression)), how).null;
}

TEST(TablePlan, KnowsTheSchemasOfCommonTypes) {
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

TEST(TablePlan, ReadsTheScaleOfANumericWithoutItsSignAsTheDriverDoes) {
  EXPECT_THAT(schema_of(type_oid::numeric, test::numeric_modifier(3, -2)),
              HasSubstr(R"("scale":"2046","connect.decimal.precision":"3")"));
}

TEST(TablePlan, TakesCatalogueVectorsForArraysOfRequiredElements) {
  EXPECT_EQ(
      schema_of(type_oid::int2vector),
      R"({"type":"array","items":{"type":"int16","optional":false},"optional":true,"field":"c"})");
}

TEST(TablePlan, AllowsNullInArraysThatDebeziumKnowsAndInNoOther) {
  options how;
  how.unknown_types = true;
  how.binaries = binary_mode::hex;
  EXPECT_THAT(schema_of(test::line_array_oid, -1, how),
              HasSubstr(R"("items":{"type":"string","optional":false})"));
  EXPECT_THAT(schema_of(test::price_array_oid, -1, how),
              HasSubstr(R"("items":{"type":"string","optional":false})"));
}

TEST(TablePlan, ChoosesTheUnitOfTimesByTheirDigitsAndTheMode) {
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

TEST(TablePlan, TakesASingleBitForABoolean) {
  EXPECT_EQ(schema_of(type_oid::bit, 1), R"({"type":"boolean","optional":true,"field":"c"})");
  EXPECT_THAT(schema_of(type_oid::bit, 8), HasSubstr(R"("parameters":{"length":"8"})"));
  EXPECT_THAT(schema_of(type_oid::varbit), HasSubstr(R"("parameters":{"length":"2147483647"})"));
}

TEST(TablePlan, FollowsDomainsDownToTheirType) {
  EXPECT_THAT(schema_of(test::price_oid),
              HasSubstr(R"("scale":"3","connect.decimal.precision":"8")"));
  EXPECT_THAT(schema_of(test::nested_price_oid),
              HasSubstr(R"("scale":"3","connect.decimal.precision":"8")"));
}

TEST(TablePlan, LeavesUnknownTypesOutUnlessTheyAreWanted) {
  EXPECT_EQ(schema_of(test::composite_oid), "");
  EXPECT_EQ(schema_of(type_oid::line), "");
  EXPECT_EQ(schema_of(type_oid::money_array), "");
  options how = plain_options();
  how.unknown_types = true;
  EXPECT_EQ(schema_of(test::composite_oid, -1, how),
            R"({"type":"bytes","optional":true,"field":"c"})");
  EXPECT_EQ(schema_of(type_oid::money_array, -1, how), "");
}

TEST(TablePlan, ShowsNullsAsNullsWhereThatIsWanted) {
  options how = plain_options();
  EXPECT_EQ(default_of(type_oid::int4, "7", -1, how), "7");
  how.value_nulls_as_default = false;
  EXPECT_EQ(default_of(type_oid::int4, "7", -1, how), "null");
  EXPECT_EQ(see(not_null(with_default(column("c", type_oid::int4), "7")), how).null, "7");
}

TEST(TablePlan, HasAFillerForEveryTypeThatMayNotBeNull) {
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

TEST(TablePlan, ReplacesNullByTheDefault) {
  EXPECT_EQ(default_of(type_oid::int4, "'-5'::integer"), "-5");
  EXPECT_EQ(default_of(type_oid::text, "'a'::text"), "\"a\"");
  EXPECT_EQ(default_of(type_oid::timestamptz, "CURRENT_TIMESTAMP"),
            "\"1970-01-01T00:00:00.000000Z\"");
  EXPECT_EQ(default_of(type_oid::numeric, "1", test::numeric_modifier(10, 2)), "\"ZA==\"");
  EXPECT_EQ(default_of(type_oid::boolean, "(NOT true)"), "false");
  EXPECT_EQ(default_of(type_oid::float8, "'NaN'::double precision"), "\"NaN\"");
  EXPECT_EQ(default_of(test::mood_oid, "'ok'::mood"), "\"ok\"");
  EXPECT_EQ(default_of(type_oid::timestamp, "'infinity'::timestamp without time zone"),
            "-9223372036853775810");
  EXPECT_THAT(see(with_default(column("c", type_oid::int4), "7")).schema,
              HasSubstr(R"("optional":true,"default":7,"field":"c")"));
}

TEST(TablePlan, HasNoDefaultWhereDebeziumFindsNone) {
  EXPECT_EQ(default_of(type_oid::int4, "(1 + 2)"), "null");
  EXPECT_EQ(default_of(type_oid::numeric, "12345678901234567890"),
            "null");  // a struct cannot be one
  EXPECT_EQ(default_of(type_oid::numeric, "1.234", test::numeric_modifier(10, 2)), "null");
  EXPECT_EQ(default_of(type_oid::bytea, "'\\x01'::bytea"), "null");
  EXPECT_EQ(default_of(type_oid::varchar, "NULL::character varying"), "null");
  EXPECT_EQ(default_of(test::citext_oid, "'a'::citext"), "null");
  EXPECT_EQ(default_of(test::price_oid, "1"), "null");
}

TEST(TablePlan, KeepsTheKeyInTheOrderOfItsIndex) {
  streams names;
  const options how = plain_options();
  const postgres::table table =
      test::table("public",
                  "k",
                  {not_null(column("a", type_oid::int4)), not_null(column("b", type_oid::text))},
                  {1, 0});
  const table_plan_ptr plan = make_plan(table, test::catalog(), how, names, origin::stream);
  ASSERT_EQ(plan->key.size(), 2U);
  EXPECT_EQ(plan->key[0].before, "{\"b\":");
  EXPECT_EQ(plan->key[1].before, ",\"a\":");
  EXPECT_EQ(destination(*plan)->name, "dbserver1.public.k");
}

TEST(TablePlan, TakesTheKeyFromTheConfiguration) {
  streams names;
  options how = plain_options();
  how.key_columns = key_column_rules("public.k:b;(.*).other:x");
  const postgres::table table = test::table(
      "public", "k", {not_null(column("a", type_oid::int4)), column("b", type_oid::text)});
  const table_plan_ptr plan = make_plan(table, test::catalog(), how, names, origin::stream);
  ASSERT_EQ(plan->key.size(), 1U);
  EXPECT_THAT(plan->key_before, HasSubstr(R"({"type":"string","optional":true,"field":"b"})"));
}

/// Rows that nothing names: only their inserts can come.
postgres::table measurements() {
  postgres::table t = test::table("public", "m", {column("v", type_oid::int4)}, {});
  t.ordinary = true;
  return t;
}

bool unordered(const postgres::table& t, const options& how, origin from = origin::stream) {
  streams names;
  return inserts_unordered(*make_plan(t, test::catalog(), how, names, from));
}

TEST(TablePlan, InsertsStandInNoOrderWhereNothingElseCanComeOfTheirTable) {
  options how = plain_options();
  EXPECT_FALSE(unordered(measurements(), how));
  how.keyless_unordered = true;
  EXPECT_TRUE(unordered(measurements(), how));
  postgres::table nothing = measurements();
  nothing.identity = postgres::replica_identity::nothing;
  EXPECT_TRUE(unordered(nothing, how));
  EXPECT_FALSE(unordered(measurements(), how, origin::snapshot)) << "the reader knows better";
}

TEST(TablePlan, InsertsStandInOrderWhereTheirRowsMayChangeOrGo) {
  options how = plain_options();
  how.keyless_unordered = true;
  postgres::table full = measurements();
  full.identity = postgres::replica_identity::full;
  EXPECT_FALSE(unordered(full, how));
  postgres::table keyed_once = measurements();
  keyed_once.columns[0].identity_key = true;
  EXPECT_FALSE(unordered(keyed_once, how)) << "the primary key was dropped since";
  postgres::table parent_or_gone = measurements();
  parent_or_gone.ordinary = false;
  EXPECT_FALSE(unordered(parent_or_gone, how));
  how.skipped.truncate = false;
  EXPECT_FALSE(unordered(measurements(), how)) << "a truncate has its place among them";
}

TEST(TablePlan, InsertsWithAKeyKeepItsOrder) {
  options how = plain_options();
  how.keyless_unordered = true;
  postgres::table unique = measurements();
  unique.key = {0};
  EXPECT_FALSE(unordered(unique, how));
  how.key_columns = key_column_rules("public.m:v");
  EXPECT_FALSE(unordered(measurements(), how));
}

TEST(TablePlan, LeavesColumnsOutOfTheRowButNotOutOfTheKey) {
  streams names;
  options how = plain_options();
  how.columns_excluded = regex_list::parse("public\\.k\\.id");
  const postgres::table table = test::table(
      "public", "k", {not_null(column("id", type_oid::int4)), column("v", type_oid::text)});
  const table_plan_ptr stream_plan = make_plan(table, test::catalog(), how, names, origin::stream);
  ASSERT_EQ(stream_plan->row.size(), 1U);
  ASSERT_EQ(stream_plan->key.size(), 1U);
  EXPECT_THAT(stream_plan->key_before,
              HasSubstr(R"({"type":"int32","optional":true,"field":"id"})"));

  // A snapshot does not even read it.
  const table_plan_ptr snapshot_plan =
      make_plan(table, test::catalog(), how, names, origin::snapshot);
  EXPECT_THAT(snapshot_plan->key_before,
              HasSubstr(R"({"type":"int32","optional":false,"field":"id"})"));
  record_buffer buffer;
  single_output out(buffer);
  change_encoder encoder(how, out);
  change_context context;
  encoder.read(
      *snapshot_plan, std::vector<postgres::value_view>{test::text("7"), test::text("x")}, context);
  EXPECT_THAT(std::string(buffer.key(buffer.records[0])), HasSubstr(R"("payload":{"id":0})"));
  EXPECT_EQ(encoder.unrepresentable_count(), 0U);
}

TEST(TablePlan, LeavesGeneratedColumnsOutOfTheStream) {
  postgres::column generated = column("g", type_oid::int4);
  generated.generated = true;
  EXPECT_EQ(see(generated).schema, "");
  EXPECT_NE(see(generated, plain_options(), origin::snapshot).schema, "");
}

TEST(TablePlan, NamesAColumnOfTheStreamAsTheStreamIsMisread) {
  options how = plain_options();
  how.columns_with_source_type = regex_list::parse("public.t.*");
  EXPECT_THAT(see(column("ü", type_oid::int4), how).schema,
              HasSubstr("\"__debezium.source.column.name\":\"\xEF\xBF\x83\xEF\xBE\xBC\""));
  EXPECT_THAT(see(column("ü", type_oid::int4), how, origin::snapshot).schema,
              HasSubstr("\"__debezium.source.column.name\":\"ü\""));
}

TEST(TablePlan, KnowsThePlaceholderOfBytesInSomeModesOnly) {
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

TEST(TablePlan, GivesSourceTypesWhereTheyAreWanted) {
  options how = plain_options();
  how.columns_with_source_type = regex_list::parse("public.t.*");
  EXPECT_THAT(
      see(column("c", type_oid::varchar, test::varchar_modifier(255)), how).schema,
      HasSubstr(
          R"("parameters":{"__debezium.source.column.type":"VARCHAR","__debezium.source.column.length":"255",)"
          R"("__debezium.source.column.scale":"0","__debezium.source.column.name":"c"})"));
  EXPECT_THAT(
      see(column("c", type_oid::timestamptz), how).schema,
      HasSubstr(R"("__debezium.source.column.length":"35","__debezium.source.column.scale":"6")"));
  const postgres::column serial =
      with_default(column("c", type_oid::int4), "nextval('s'::regclass)");
  EXPECT_THAT(see(serial, how, origin::snapshot).schema,
              HasSubstr(R"("__debezium.source.column.type":"SERIAL")"));
  EXPECT_THAT(see(serial, how, origin::stream).schema,
              HasSubstr(R"("__debezium.source.column.type":"INT4")"));
}

TEST(TablePlan, GivesSourceTypesByTheNameOfTheType) {
  options how = plain_options();
  how.types_with_source_type = regex_list::parse(".*\\.TEXT");
  EXPECT_THAT(see(column("c", type_oid::text), how).schema, HasSubstr("\"TEXT\""));
  EXPECT_THAT(see(column("c", type_oid::int4), how).schema, Not(HasSubstr("__debezium")));
}

TEST(TablePlan, ReadsNamesOfTheStreamByteByByte) {
  EXPECT_THAT(see(not_null(column("ü", type_oid::int4))).schema,
              HasSubstr("\"optional\":true,\"field\":\"\xEF\xBF\x83\xEF\xBE\xBC\""));
  EXPECT_THAT(see(not_null(column("ü", type_oid::int4)), plain_options(), origin::snapshot).schema,
              HasSubstr("\"optional\":false,\"field\":\"ü\""));
}

TEST(TablePlan, WritesDocumentsWithoutSchemas) {
  options how = plain_options();
  how.key_schemas = false;
  how.value_schemas = false;
  streams names;
  const table_plan_ptr plan =
      make_plan(test::table("public", "t", {not_null(column("id", type_oid::int4))}),
                test::catalog(),
                how,
                names,
                origin::stream);
  EXPECT_EQ(plan->key_before, "");
  EXPECT_EQ(plan->value_before, "{\"before\":");
  EXPECT_EQ(plan->value_after, "}");
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

TEST(TablePlan, CallsGeometryOptionalWhateverTheColumnSays) {
  const auto geometry = see(not_null(column("c", test::geometry_oid)));
  EXPECT_THAT(geometry.schema, HasSubstr(R"("optional":true,"name":"io.debezium.data.geometry)"));
  EXPECT_EQ(geometry.null, R"({"wkb":"AQcAAAAAAAAA","srid":null})") << "and fills it nonetheless";
  EXPECT_THAT(see(not_null(column("c", test::geography_oid))).schema,
              HasSubstr(R"("optional":false,"name":"io.debezium.data.geometry)"));
}

TEST(TablePlan, TakesDomainsOfDecoderbufsForTheirTexts) {
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
  auto by_domain = not_null(column("c", test::price_oid));
  by_domain.not_null_by_domain = true;
  EXPECT_THAT(see(by_domain, how).schema, HasSubstr(R"("optional":true)"));
  EXPECT_THAT(see(by_domain, how, origin::snapshot).schema, HasSubstr(R"("optional":false)"));
  EXPECT_THAT(see(by_domain).schema, HasSubstr(R"("optional":false)"));
}

}  // namespace
}  // namespace tidewire::event
