#include "event/encode_decimal.hpp"

#include "encoding.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidewire::event {
namespace {

using test::written;

TEST(EncodeDecimal, GivesANumericWithoutAScaleItsOwn) {
  EXPECT_EQ(written(encode::variable_decimal, "3.14159"), R"({"scale":5,"value":"BMsv"})");
  EXPECT_EQ(written(encode::variable_decimal, "100.100"), R"({"scale":1,"value":"A+k="})");
  EXPECT_EQ(written(encode::variable_decimal, "-0.000000000000000000001"),
            R"({"scale":21,"value":"/w=="})");
  EXPECT_EQ(written(encode::variable_decimal, "1000"), R"({"scale":0,"value":"A+g="})");
  EXPECT_EQ(written(encode::variable_decimal, "0.000"), R"({"scale":0,"value":"AA=="})");
}

TEST(EncodeDecimal, CannotWriteSpecialNumbersAsDecimals) {
  EXPECT_EQ(written(encode::decimal, "NaN", 2), "(unrepresentable)");
  EXPECT_EQ(written(encode::variable_decimal, "Infinity"), "(unrepresentable)");
}

TEST(EncodeDecimal, NamesSpecialNumbersInStrings) {
  EXPECT_EQ(written(encode::decimal_string, "NaN"), "\"NAN\"");
  EXPECT_EQ(written(encode::decimal_string, "-Infinity"), "\"NEGATIVE_INFINITY\"");
  EXPECT_EQ(written(encode::decimal_string, "-0.000000000001"), "\"-0.000000000001\"");
  EXPECT_EQ(written(encode::decimal_string, "no number"), "(unrepresentable)");
}

TEST(EncodeDecimal, GivesAStringTheZerosOfItsScale) {
  EXPECT_EQ(written(encode::decimal_string, "12300", 3), "\"12300.000\"");
  EXPECT_EQ(written(encode::decimal_string, "1.5", 3), "\"1.500\"");
}

TEST(EncodeDecimal, GoesToZeroOrInfinityWhereNoDoubleIsNear) {
  EXPECT_EQ(written(encode::decimal_double, "-0." + std::string(499, '0') + "1"), "-0.0");
  EXPECT_EQ(written(encode::decimal_double, "1" + std::string(400, '0')), "\"Infinity\"");
  EXPECT_EQ(written(encode::decimal_double, "NaN"), "\"NaN\"");
  EXPECT_EQ(written(encode::decimal_double, "1.50"), "1.5");
  EXPECT_EQ(written(encode::decimal_double, "no number"), "(unrepresentable)");
}

TEST(EncodeDecimal, WritesNumbersWhereTheFormatAsksForThem) {
  EXPECT_EQ(written(encode::decimal_number, "1.50", 2), "1.50");
}

TEST(EncodeMoney, ReadsAnyLocale) {
  EXPECT_EQ(written(encode::money_string, "$1,234.56"), "\"1234.56\"");
  EXPECT_EQ(written(encode::money_string, "-$0.01"), "\"-0.01\"");
  EXPECT_EQ(written(encode::money_string, "1.234.567,89 €"), "\"1234567.89\"");
  EXPECT_EQ(written(encode::money_string, "($5.00)"), "\"-5.00\"");
  EXPECT_EQ(written(encode::money_string, "￥1,234"), "\"1234\"");
  EXPECT_EQ(written(encode::money_string, "$"), "(unrepresentable)");
}

TEST(EncodeMoney, HasTheScaleOfTheConfiguration) {
  EXPECT_EQ(written(encode::money_decimal, "$1,234.56", 2), "\"AeJA\"");
  EXPECT_EQ(written(encode::money_decimal, "$1,234.56", 3), "\"EtaA\"");
  EXPECT_EQ(written(encode::money_decimal, "-$0.01", 3), "\"9g==\"");
  EXPECT_EQ(written(encode::money_decimal, "$92,233,720,368,547,758.07", 2), "\"f/////////8=\"");
}

TEST(EncodeMoney, LosesDigitsInTheSnapshotAsADoubleDoes) {
  EXPECT_EQ(written(encode::snapshot_money_decimal, "$92,233,720,368,547,758.07", 2),
            "\"AIAAAAAAAADA\"");
  EXPECT_EQ(written(encode::snapshot_money_decimal, "-$92,233,720,368,547,758.08", 2),
            "\"/3////////9A\"");
  EXPECT_EQ(written(encode::snapshot_money_decimal, "$1,234.56", 2), "\"AeJA\"");
  EXPECT_EQ(written(encode::snapshot_money_string, "$92,233,720,368,547,758.07"),
            "\"9.223372036854776E16\"");
  EXPECT_EQ(written(encode::snapshot_money_string, "$0.00"), "\"0.0\"");
  EXPECT_EQ(written(encode::money_double, "$0.10"), "0.1");
  EXPECT_EQ(written(encode::snapshot_money_decimal, "$12,345,678.91", 2), "\"SZYC0w==\"");
  EXPECT_EQ(written(encode::snapshot_money_decimal, "$10,000,000.00", 0), "\"AJiWgA==\"");
  EXPECT_EQ(written(encode::snapshot_money_decimal, "$9999999999999999999999.00", 2),
            "(unrepresentable)");
}

}  // namespace
}  // namespace tidewire::event
