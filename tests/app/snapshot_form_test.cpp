#include "event/change_encoder.hpp"
#include "event/record_buffer.hpp"
#include "event/streams.hpp"
#include "event/table_plan.hpp"
#include "postgres/catalog.hpp"
#include "postgres/snapshot_fixture.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

/// Rows that come in COPY's binary format give the events that they give as text. What the text
/// gives is held against a real Debezium by the golden cases.
namespace tidewire::app {
namespace {

class IntegrationSnapshotForm : public postgres::snapshot_test {
 protected:
  void SetUp() override {
    snapshot_test::SetUp();
    how_.topic_prefix = "p";
    how_.database = "d";
  }

  event::table_plan_ptr plan_of(const postgres::table& table, const postgres::type_catalog& types) {
    return event::make_plan(table, types, how_, names_, event::origin::snapshot);
  }

  /// The events of one snapshot by table, each key with its value.
  std::map<std::string, std::string> events(postgres::copy_form form) {
    auto session = done(postgres::snapshot_session::open(options(), {}));
    const auto types = done(postgres::load_types(session->database()));
    auto tables = all_tables(*session);
    std::vector<event::table_plan_ptr> plans;
    std::vector<std::string> names;
    for (auto& table : tables) {
      table.form = form;
      plans.push_back(plan_of(table.description, types));
      names.push_back(table.description.name);
      EXPECT_TRUE(event::reads_binary(*plans.back())) << names.back();
    }
    event::record_buffer buffer;
    event::single_output out(buffer);
    event::change_encoder encoder(how_, out);
    event::change_context context;
    context.marker = event::snapshot_marker::within;
    std::map<std::string, std::string> found;
    const auto kind = form == postgres::copy_form::text ? postgres::value_kind::text
                                                        : postgres::value_kind::binary;
    auto read_to_end = read(*session, std::move(tables), [&](const postgres::snapshot_row& row) {
      EXPECT_EQ(row.columns[0].kind, kind) << "the id, which is never null";
      buffer.clear();
      encoder.read(*plans[row.table], row.columns, context);
      const event::record& made = buffer.records.at(0);
      found[names[row.table] + std::string(buffer.key(made))] = buffer.value(made);
    });
    EXPECT_TRUE(read_to_end.has_value());
    unrepresentable_ = encoder.unrepresentable_count();
    return found;
  }

  void expect_same() {
    const auto text = events(postgres::copy_form::text);
    const std::uint64_t unrepresentable = unrepresentable_;
    const auto binary = events(postgres::copy_form::binary);
    EXPECT_EQ(unrepresentable_, unrepresentable);
    EXPECT_GT(text.size(), 0U);
    ASSERT_EQ(text.size(), binary.size());
    for (const auto& [key, value] : text) EXPECT_EQ(binary.at(key), value) << key;
  }

  /// A table of values of one type.
  void values(const std::string& name, const std::string& type, const std::string& texts) const {
    sql("CREATE TABLE " + name + " (id serial PRIMARY KEY, v " + type + "); INSERT INTO " + name +
        " (v) SELECT x::" + type + " FROM unnest(ARRAY[" + texts + ", NULL]) x");
  }
  void random_values(const std::string& name,
                     const std::string& type,
                     const std::string& expression) const {
    sql("CREATE TABLE " + name + " (id serial PRIMARY KEY, v " + type + "); INSERT INTO " + name +
        " (v) SELECT " + expression + " FROM generate_series(1, 2000) n");
  }

  event::options how_;
  event::streams names_;
  std::uint64_t unrepresentable_ = 0;
};

TEST_F(IntegrationSnapshotForm, IsTheSameOfScalars) {
  values("bools", "bool", "'t', 'f'");
  values("smalls", "int2", "'-32768', '0', '32767'");
  values("ints", "int4", "'-2147483648', '-1', '2147483647'");
  values("bigs", "int8", "'-9223372036854775808', '7', '9223372036854775807'");
  values("oids", "oid", "'0', '4294967295'");
  values(
      "floats", "float4", "'NaN', '-Infinity', 'Infinity', '3.14', '-0', '1e-45', '3.4e38', '1e7'");
  values("doubles",
         "float8",
         "'NaN', '-Infinity', '0.1', '-0', '5e-324', '1e22', '123456789.12345679'");
  random_values("random_doubles", "float8", "(random() - 0.5) * 10 ^ (n % 40 - 20)");
  random_values("random_floats", "float4", "(random() - 0.5) * 10 ^ (n % 40 - 20)");
  values("uuids",
         "uuid",
         "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '00000000-0000-0000-0000-000000000000'");
  sql("CREATE TYPE mood AS ENUM ('sad', 'a \"happy\" one'); CREATE DOMAIN small AS int4 CHECK "
      "(value < 10);"
      "CREATE DOMAIN smaller AS small");
  values("moods", "mood", "'sad', 'a \"happy\" one'");
  values("smallers", "smaller", "'-5', '9'");
  expect_same();
}

TEST_F(IntegrationSnapshotForm, IsTheSameOfTexts) {
  const std::string texts =
      R"('', ' ', 'a "quoted" \ backslash', E'tab\t line\n\r\b\f\v', 'żółć €', '😀', '\N', '\.')";
  values("texts", "text", texts + ", repeat('x', 3000000)");
  values("varchars", "varchar(40)", texts);
  values("chars", "char(30)", texts);
  values("names", "name", texts);
  values("jsons", "json", R"('{"a" : [1,  2]}', '"text"', 'null')");
  values("jsonbs", "jsonb", R"('{"a" : [1,  2]}', '"text"', 'null', '{"b": "\"q\""}')");
  expect_same();
}

TEST_F(IntegrationSnapshotForm, IsTheSameOfNumericsInEveryMode) {
  const std::string texts =
      "'0', '0.00', '-0.001', '0.00000001234', '1e20', '99990000', '-1.5', '10000', '9999', "
      "'123456789.123456789', 'NaN'";
  values(
      "numerics", "numeric", texts + ", 'Infinity', '-Infinity', '1e-300', '1e300', '-12345e60'");
  values("scaled", "numeric(38, 10)", texts);
  random_values("random_numerics", "numeric", "((random() - 0.5) * 10 ^ (n % 60 - 30))::numeric");
  random_values("random_scaled", "numeric(20, 4)", "((random() - 0.5) * 10 ^ (n % 16))::numeric");
  for (const auto mode : {event::decimal_mode::precise,
                          event::decimal_mode::as_double,
                          event::decimal_mode::as_string}) {
    how_.decimals = mode;
    expect_same();
  }
  how_.decimals = event::decimal_mode::precise;
  how_.value_decimals_as_numbers = true;
  expect_same();
}

TEST_F(IntegrationSnapshotForm, IsTheSameOfBytesInEveryMode) {
  values("bytes", "bytea", R"('\x', '\x00', '\x0001fe', '\x00112233445566778899aabbccddeeff')");
  random_values("random_bytes", "bytea", "decode(repeat(md5(n::text), n % 9), 'hex')");
  for (const auto mode : {event::binary_mode::bytes,
                          event::binary_mode::base64,
                          event::binary_mode::base64_url_safe,
                          event::binary_mode::hex}) {
    how_.binaries = mode;
    expect_same();
  }
}

TEST_F(IntegrationSnapshotForm, IsTheSameOfDatesAndTimesInEveryMode) {
  const std::string days =
      "'infinity', '-infinity', '4713-01-01 BC', '0044-03-15 BC', '0001-12-31 BC', '0001-01-01', "
      "'1582-10-04', '1582-10-05',"
      " '1582-10-14', '1582-10-15', '1969-12-31', '1970-01-01', '1999-12-31', '2000-01-01', "
      "'2000-02-29', '9999-12-31', '10000-01-01'";
  const std::string moments = days +
                              ", '1582-10-14 23:59:59.999999', '1969-12-31 23:59:59.999999', "
                              "'9999-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999',"
                              " '2024-02-29 13:14:15.5', '0001-01-01 00:00:00.000001 BC'";
  values("dates", "date", days + ", '5874897-12-31'");
  values("times", "time", "'00:00', '24:00:00', '13:14:15.678912', '23:59:59.999999'");
  values("short_times", "time(3)", "'00:00', '24:00:00', '13:14:15.678912'");
  for (const std::string type : {"timestamp", "timestamptz"}) {
    values(type + "s", type, moments);
    values("short_" + type + "s", type + "(3)", moments);
    values("whole_" + type + "s", type + "(0)", moments);
    random_values("random_" + type + "s",
                  type,
                  "'2000-01-01'::" + type + " + (random() - 0.5) * 4000000 * interval '1 day'");
  }
  random_values("random_dates", "date", "'2000-01-01'::date + ((random() - 0.5) * 4000000)::int");
  for (const auto mode : {event::time_mode::adaptive,
                          event::time_mode::adaptive_time_microseconds,
                          event::time_mode::connect}) {
    how_.times = mode;
    expect_same();
  }
}

/// One column that only its text says how to read, shown or not, makes the whole table come as
/// text.
TEST_F(IntegrationSnapshotForm, IsTextWhereABinaryOneIsNotKnown) {
  sql("CREATE TABLE spans (id int PRIMARY KEY, v interval); CREATE TABLE lists (id int PRIMARY "
      "KEY, v int[]);"
      "CREATE TABLE plain (id int PRIMARY KEY, v text)");
  auto session = done(postgres::snapshot_session::open(options(), {}));
  const auto types = done(postgres::load_types(session->database()));
  how_.columns_excluded = regex_list::parse("public.spans.v");
  for (const auto& table : all_tables(*session)) {
    const auto plan = plan_of(table.description, types);
    EXPECT_EQ(event::reads_binary(*plan), table.description.name == "plain")
        << table.description.name;
  }
}

}  // namespace
}  // namespace tidewire::app
