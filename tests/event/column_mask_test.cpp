#include "event/column_mask.hpp"

#include "base/startup_error.hpp"
#include "event/salted_hash.hpp"
#include "event/table_plan.hpp"
#include "event/table_plan_inside.hpp"
#include "tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace tidewire::event {
namespace {

using test::column;
using test::not_null;
using test::with_default;
using testing::HasSubstr;
using testing::Not;

mask_rule rule(mask_kind kind, std::string_view columns, std::size_t length = 0) {
  mask_rule out{.kind = kind};
  out.columns = regex_list::parse(columns);
  out.length = length;
  out.algorithm = "SHA-256";
  out.salt = "CzQMA0cB5K";
  return out;
}

/// A column under rules.
struct masked {
  streams names;
  options how;
  table_plan_ptr plan;

  masked(postgres::column of, std::vector<mask_rule> rules, std::string_view source_types = {}) {
    how.topic_prefix = "dbserver1";
    how.masks = mask_rules(std::move(rules));
    how.columns_with_source_type = regex_list::parse(source_types);
    const auto table =
        test::table("public", "t", {not_null(column("id", type_oid::int4)), std::move(of)});
    plan = make_plan(table, test::catalog(), how, names, origin::stream);
  }

  const plan_field& field() const { return plan->row.at(1); }
  std::string schema() const { return plan->value_before; }
  std::string value(std::string_view text) const {
    byte_buffer out;
    value_scratch scratch;
    return field().encoder(text, out, scratch) ? std::string(out.view()) : "(unrepresentable)";
  }
};

std::vector<mask_rule> only(mask_rule one) {
  std::vector<mask_rule> out;
  out.push_back(std::move(one));
  return out;
}

TEST(ColumnMask, PutsAsterisksInThePlaceOfTextAndOfNull) {
  const masked seen(column("c", type_oid::text), only(rule(mask_kind::asterisks, "public.t.c", 4)));
  EXPECT_EQ(seen.value("secret"), "\"****\"");
  EXPECT_EQ(seen.field().null, "\"****\"");
  EXPECT_EQ(seen.field().unavailable, "\"****\"");
  EXPECT_THAT(
      seen.schema(),
      HasSubstr(R"({"type":"string","optional":true,"parameters":{"masked":"true"},"field":"c"})"));
}

TEST(ColumnMask, MatchesWholeColumnNamesInAnyCase) {
  EXPECT_EQ(
      masked(column("C", type_oid::text), only(rule(mask_kind::asterisks, "PUBLIC\\.t\\.c", 1)))
          .value("x"),
      "\"*\"");
  EXPECT_EQ(masked(column("cc", type_oid::text), only(rule(mask_kind::asterisks, "public.t.c", 1)))
                .value("x"),
            "\"x\"");
}

TEST(ColumnMask, NamesOtherTypesMaskedButLeavesTheirValues) {
  for (const mask_kind kind : {mask_kind::asterisks, mask_kind::hash, mask_kind::hash_v2}) {
    const masked seen(column("c", type_oid::int8), only(rule(kind, ".*", 3)));
    EXPECT_EQ(seen.value("12"), "12");
    EXPECT_EQ(seen.field().null, "null");
    EXPECT_THAT(seen.schema(), HasSubstr(R"("parameters":{"masked":"true"})"));
  }
  EXPECT_EQ(
      masked(column("c", type_oid::uuid), only(rule(mask_kind::asterisks, ".*", 3))).value("u"),
      "\"u\"");
}

TEST(ColumnMask, LeavesTheKeyAsItIs) {
  const masked seen(column("c", type_oid::text), only(rule(mask_kind::asterisks, ".*", 3)));
  EXPECT_THAT(seen.plan->key_before, Not(HasSubstr("masked")));
}

TEST(ColumnMask, HashesAsDebeziumDid) {
  const std::string text = "Small 2-wheel scooter";
  EXPECT_EQ(masked(column("c", type_oid::text), only(rule(mask_kind::hash, ".*"))).value(text),
            "\"aded5dbfd81b11ed9c9152e3f48d79b2d7f2c57d2d7d730d7e39949c391865ee\"");
  EXPECT_EQ(masked(column("c", type_oid::text), only(rule(mask_kind::hash_v2, ".*"))).value(text),
            "\"783390e32147e6b379b9ee19435cd505f93cc58ce8d831e64d515bafb6a94fb4\"");
}

TEST(ColumnMask, CutsAHashToTheColumnsLength) {
  const masked seen(column("c", type_oid::varchar, test::varchar_modifier(12)),
                    only(rule(mask_kind::hash_v2, ".*")));
  EXPECT_EQ(seen.value("Small 2-wheel scooter"), "\"783390e32147\"");
}

TEST(ColumnMask, LeavesANullWithoutAHashUnlessTheColumnCannotBeNull) {
  const auto rules = [] { return only(rule(mask_kind::hash_v2, ".*")); };
  EXPECT_EQ(masked(column("c", type_oid::text), rules()).field().null, "null");
  EXPECT_EQ(masked(with_default(column("c", type_oid::text), "'abc'::text"), rules()).field().null,
            "\"abc\"");
  const masked filler(not_null(column("c", type_oid::text)), rules());
  EXPECT_EQ(filler.field().null, filler.value(""));
  const masked standard(not_null(with_default(column("c", type_oid::text), "'a\"b'::text")),
                        rules());
  EXPECT_EQ(standard.field().null, standard.value("a\"b"));
  EXPECT_EQ(filler.field().unavailable, filler.value("__debezium_unavailable_value"));
}

TEST(ColumnMask, KnowsTheAlgorithmsOfJavaInAnyCase) {
  EXPECT_TRUE(is_hash_algorithm("sha-256"));
  EXPECT_TRUE(is_hash_algorithm("SHA-512/256"));
  EXPECT_FALSE(is_hash_algorithm("RIPEMD160"));
  byte_buffer out;
  byte_buffer scratch;
  ASSERT_TRUE(salted_hash("MD5", "salt", hash_form::plain, 0).append_hex("text", out, scratch));
  EXPECT_EQ(out.view(), "49625075c45179ce5a7a601c8ea8858a");
  EXPECT_THROW(salted_hash("CRC", "salt", hash_form::plain, 0), startup_error);
}

TEST(ColumnMask, SerialisesLongAndWideTextAsJavaDoes) {
  const auto hashed = [](std::string_view text, hash_form form) {
    byte_buffer out;
    byte_buffer scratch;
    salted_hash("SHA-256", "", form, 0).append_hex(text, out, scratch);
    return std::string(out.view());
  };
  const std::string header("\xAC\xED\x00\x05", 4);
  EXPECT_EQ(
      hashed("\xF0\x9F\x98\x80", hash_form::serialized),
      hashed(header + std::string("t\x00\x06", 3) + "\xED\xA0\xBD\xED\xB8\x80", hash_form::plain));
  const std::string longest(65535, 'x');
  EXPECT_EQ(hashed(longest, hash_form::serialized),
            hashed(header + "t\xFF\xFF" + longest, hash_form::plain));
  EXPECT_EQ(hashed(longest + "x", hash_form::serialized),
            hashed(header + std::string("|\0\0\0\0\0\1\0\0", 9) + longest + "x", hash_form::plain));
}

TEST(ColumnMask, CutsAfterCharactersAsJavaCountsThem) {
  const auto cut = [](std::string_view text, std::size_t length) {
    return masked(column("c", type_oid::text), only(rule(mask_kind::truncate, ".*", length)))
        .value(text);
  };
  EXPECT_EQ(cut("abcdef", 3), "\"abc\"");
  EXPECT_EQ(cut("ab", 3), "\"ab\"");
  EXPECT_EQ(cut("abc", 0), "\"\"");
  EXPECT_EQ(cut("\u00E4\u00F6\u20AC\u00DF", 3), "\"\u00E4\u00F6\u20AC\"");
  EXPECT_EQ(cut("a\n\"\\b", 4), R"("a\n\"\\")");
  EXPECT_EQ(cut("\xF0\x9F\x98\x80x", 2), R"("\uD83D\uDE00")");
  EXPECT_EQ(cut("\xF0\x9F\x98\x80x", 1), R"("\uD83D")");
}

TEST(ColumnMask, CutsWhateverIsWrittenAsTextWhereItMayBeLonger) {
  const auto rules = [] { return only(rule(mask_kind::truncate, ".*", 4)); };
  const masked timestamp(column("c", type_oid::timestamptz), rules());
  EXPECT_EQ(timestamp.value("2024-01-02 03:04:05+00"), "\"2024\"");
  EXPECT_THAT(timestamp.schema(), HasSubstr(R"("parameters":{"truncateLength":"4"})"));
  const masked shorter(column("c", type_oid::varchar, test::varchar_modifier(4)), rules());
  EXPECT_THAT(shorter.schema(), HasSubstr(R"({"type":"string","optional":true,"field":"c"})"));
  const masked bytes(column("c", type_oid::bytea), rules());
  EXPECT_EQ(bytes.value("\\x0001020304050607"), "\"AAECAwQFBgc=\"");
  EXPECT_THAT(bytes.schema(), HasSubstr("truncateLength"));
}

TEST(ColumnMask, CutsTheFixedValuesOfAColumnToo) {
  const masked seen(not_null(with_default(column("c", type_oid::text), "'abcdef'::text")),
                    only(rule(mask_kind::truncate, ".*", 3)));
  EXPECT_EQ(seen.field().null, "\"abc\"");
  EXPECT_EQ(seen.field().unavailable, "\"__d\"");
  EXPECT_THAT(seen.schema(), HasSubstr(R"("default":"abcdef")"));
  const masked nullable(with_default(column("c", type_oid::text), "'abcdef'::text"),
                        only(rule(mask_kind::truncate, ".*", 3)));
  EXPECT_EQ(nullable.field().null, "\"abcdef\"");
}

TEST(ColumnMask, LetsOneRuleCountForAColumn) {
  std::vector<mask_rule> rules;
  rules.push_back(rule(mask_kind::hash_v2, ".*"));
  rules.push_back(rule(mask_kind::asterisks, ".*", 2));
  rules.push_back(rule(mask_kind::truncate, ".*c", 3));
  rules.push_back(rule(mask_kind::truncate, ".*c", 1));
  EXPECT_EQ(masked(column("c", type_oid::text), rules).value("abcdef"), "\"abc\"");
  EXPECT_EQ(masked(column("d", type_oid::text), rules).value("abcdef"), "\"**\"");
}

TEST(ColumnMask, HashesAColumnWhoseSourceTypeIsTold) {
  const masked seen(column("c", type_oid::text), only(rule(mask_kind::hash_v2, ".*")), ".*");
  EXPECT_THAT(seen.value("abc"), Not(HasSubstr("abc")));
  EXPECT_THAT(seen.schema(), HasSubstr(R"("__debezium.source.column.name":"c","masked":"true")"));
  const masked cut(column("c", type_oid::text), only(rule(mask_kind::truncate, ".*", 3)), ".*");
  EXPECT_THAT(cut.schema(), HasSubstr(R"("parameters":{"truncateLength":"3"},"field":"c")"));
}

}  // namespace
}  // namespace tidewire::event
