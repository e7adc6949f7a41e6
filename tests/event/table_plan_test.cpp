#include "event/table_plan.hpp"

#include "event/change_encoder.hpp"
#include "event/table_plan_inside.hpp"
#include "seen_column.hpp"
#include "tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace tidewire::event {
namespace {

using test::column;
using test::default_of;
using test::not_null;
using test::plain_options;
using test::see;
using test::with_default;
using testing::HasSubstr;
using testing::Not;

TEST(TablePlan, ShowsNullsAsNullsWhereThatIsWanted) {
  options how = plain_options();
  EXPECT_EQ(default_of(type_oid::int4, "7", -1, how), "7");
  how.value_nulls_as_default = false;
  EXPECT_EQ(default_of(type_oid::int4, "7", -1, how), "null");
  EXPECT_EQ(see(not_null(with_default(column("c", type_oid::int4), "7")), how).null, "7");
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

TEST(TablePlan, ReadsTheDefaultsThatNoValueLooksLike) {
  EXPECT_EQ(default_of(type_oid::date, "'infinity'::date"), "169560311");
  EXPECT_EQ(default_of(type_oid::date, "'-infinity'::date"), "-170999002");
  EXPECT_EQ(default_of(type_oid::time, "'24:00:00'::time without time zone"), "86399999999");
  EXPECT_EQ(default_of(type_oid::time, "'24:00:00'::time without time zone", 3), "86399999");
  EXPECT_EQ(default_of(type_oid::timestamptz, "'2024-01-02 03:04:05.67+00'::timestamptz", 0),
            "\"2024-01-02T03:04:05.67Z\"");
  EXPECT_EQ(default_of(type_oid::text, "'infinity'::text"), "\"infinity\"");
}

TEST(TablePlan, ReadsDefaultsOfBitsCharacterByCharacter) {
  EXPECT_EQ(default_of(type_oid::bit, "B'101'::\"bit\"", 3), "\"BQ==\"");
  EXPECT_EQ(default_of(type_oid::bit, "(1)::bit(63)", 63), "\"AAQ=\"");
  EXPECT_EQ(default_of(type_oid::bit, "(0)::bit(63)", 63), "\"\"");
  EXPECT_EQ(default_of(type_oid::bit, "(B'1'::\"bit\")::bit(64)", 64), "\"AQ==\"");
  EXPECT_EQ(default_of(type_oid::bit, "(B'0'::\"bit\")::bit(64)", 64), "\"AA==\"");
  EXPECT_EQ(default_of(type_oid::varbit, "B'0'::\"bit\"", 9), "\"\"");
  EXPECT_EQ(default_of(type_oid::bit, "B'1'::\"bit\"", 1), "true");
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

bool may_pass(const postgres::table& t, const options& how, origin from = origin::stream) {
  streams names;
  return insert_order(*make_plan(t, test::catalog(), how, names, from)) != keyless_order::stream;
}

TEST(TablePlan, InsertsStandInNoOrderWhereNothingElseCanComeOfTheirTable) {
  options how = plain_options();
  EXPECT_FALSE(may_pass(measurements(), how));
  how.keyless_inserts = keyless_order::request;
  EXPECT_TRUE(may_pass(measurements(), how));
  postgres::table nothing = measurements();
  nothing.identity = postgres::replica_identity::nothing;
  EXPECT_TRUE(may_pass(nothing, how));
  EXPECT_FALSE(may_pass(measurements(), how, origin::snapshot)) << "the reader knows better";
}

TEST(TablePlan, InsertsStandInOrderWhereTheirRowsMayChangeOrGo) {
  options how = plain_options();
  how.keyless_inserts = keyless_order::request;
  postgres::table full = measurements();
  full.identity = postgres::replica_identity::full;
  EXPECT_FALSE(may_pass(full, how));
  postgres::table keyed_once = measurements();
  keyed_once.columns[0].identity_key = true;
  EXPECT_FALSE(may_pass(keyed_once, how)) << "the primary key was dropped since";
  postgres::table parent_or_gone = measurements();
  parent_or_gone.ordinary = false;
  EXPECT_FALSE(may_pass(parent_or_gone, how));
  how.skipped.truncate = false;
  EXPECT_FALSE(may_pass(measurements(), how)) << "a truncate has its place among them";
}

TEST(TablePlan, InsertsWithAKeyKeepItsOrder) {
  options how = plain_options();
  how.keyless_inserts = keyless_order::request;
  postgres::table unique = measurements();
  unique.key = {0};
  EXPECT_FALSE(may_pass(unique, how));
  how.key_columns = key_column_rules("public.m:v");
  EXPECT_FALSE(may_pass(measurements(), how));
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

TEST(TablePlan, HasAKeyWithoutFieldsWhereNoEventCanHoldItsColumns) {
  streams names;
  const options how = plain_options();
  const postgres::table table = test::table(
      "public", "k", {not_null(column("id", type_oid::line)), column("v", type_oid::text)});
  const table_plan_ptr plan = make_plan(table, test::catalog(), how, names, origin::stream);
  record_buffer buffer;
  single_output out(buffer);
  change_encoder encoder(how, out);
  change_context context;
  encoder.insert(
      *plan, std::vector<postgres::value_view>{test::text("{1,2,3}"), test::text("x")}, context);
  ASSERT_TRUE(buffer.records[0].has_key);
  EXPECT_EQ(std::string(buffer.key(buffer.records[0])),
            R"({"schema":{"type":"struct","fields":[],"optional":false,)"
            R"("name":"dbserver1.public.k.Key"},"payload":{}})");
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

}  // namespace
}  // namespace tidewire::event
