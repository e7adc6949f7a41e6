#include "event/default_value.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidewire::event {
namespace {

std::string found(std::string_view type, std::string_view expression) {
  return default_text(type, /*is_enum=*/false, expression).value_or("(none)");
}

TEST(DefaultValue, TakesWhatStandsBetweenTheFirstQuotes) {
  EXPECT_EQ(found("text", "'abc'::text"), "abc");
  EXPECT_EQ(found("varchar", "'v''q'::character varying"), "v");
  EXPECT_EQ(found("text", "('a'::text || 'b'::text)"), "a");
  EXPECT_EQ(found("text", "'a\nb''c'::text"), "");  // a quote must close on its line
  EXPECT_EQ(found("text", "''::text"), "");
  EXPECT_EQ(found("bit", "B'10101'::\"bit\""), "10101");
}

TEST(DefaultValue, TakesMidnightForTheLastMomentOfItsDay) {
  EXPECT_EQ(found("time", "'24:00:00'::time without time zone"), "23:59:59.999999");
  EXPECT_EQ(found("time", "'00:00:00'::time without time zone"), "00:00:00");
  EXPECT_EQ(found("text", "'24:00:00'::text"), "24:00:00");
}

TEST(DefaultValue, ReadsBitsInAnyText) {
  EXPECT_EQ(default_bits("10101"), "10101");
  EXPECT_EQ(default_bits("-1"), "01");
  EXPECT_EQ(default_bits("(1)::bit(3)"), "01000000000");
  EXPECT_EQ(default_bits(""), "");
}

TEST(DefaultValue, TakesAnUnquotedExpressionAsItIs) {
  EXPECT_EQ(found("int4", "42"), "42");
  EXPECT_EQ(found("int4", "(1 + 2)"), "(1 + 2)");
  EXPECT_EQ(found("text", "CURRENT_USER"), "CURRENT_USER");
}

TEST(DefaultValue, PutsTheTypesZeroForACall) {
  EXPECT_EQ(found("int4", "nextval('sq'::regclass)"), "0");
  EXPECT_EQ(found("int4", "f()"), "0");
  EXPECT_EQ(found("text", "upper('x'::text)"), "");
  EXPECT_EQ(found("uuid", "gen_random_uuid()"), "00000000-0000-0000-0000-000000000000");
  EXPECT_EQ(found("timestamp", "(now() AT TIME ZONE 'utc'::text)"), "1970-01-01");
  EXPECT_EQ(found("jsonb", "jsonb_build_object()"), "{}");
}

TEST(DefaultValue, KnowsTheWordsForNow) {
  EXPECT_EQ(found("date", "CURRENT_DATE"), "1970-01-01");
  EXPECT_EQ(found("time", "LOCALTIME"), "00:00");
  EXPECT_EQ(found("timestamptz", "CURRENT_TIMESTAMP"), "1970-01-01");
}

TEST(DefaultValue, FindsNoneForNullAndForOtherTypes) {
  EXPECT_EQ(found("varchar", "NULL::character varying"), "(none)");
  EXPECT_EQ(found("int4", "NULL::integer"), "(none)");
  EXPECT_EQ(found("bytea", "'\\x01'::bytea"), "(none)");
  EXPECT_EQ(found("money", "'$5.67'::money"), "(none)");
  EXPECT_EQ(found("", "1"), "(none)");
}

TEST(DefaultValue, ReadsBooleans) {
  EXPECT_EQ(found("bool", "true"), "true");
  EXPECT_EQ(found("bool", "false"), "false");
  EXPECT_EQ(found("bool", "(NOT true)"), "false");
}

TEST(DefaultValue, ReadsLabelsOfTheColumnsOwnEnum) {
  EXPECT_EQ(default_text("mood", true, "'ok'::mood"), "ok");
  EXPECT_EQ(default_text("mood", true, "'q''uote'::mood"), "q''uote");
  EXPECT_EQ(default_text("mood", true, "'ok'::other"), std::nullopt);
  EXPECT_EQ(default_text("mood", true, "::mood"), std::nullopt);
}

}  // namespace
}  // namespace tidewire::event
