#include "event/decimal_text.hpp"

#include "base/base64.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace tidewire::event {
namespace {

std::string unscaled(std::string_view text, std::int32_t scale) {
  byte_buffer out;
  append_unscaled_base64(out, parse_decimal(text).value(), scale);
  return std::string(out.view());
}

std::string java(std::string_view text, std::int32_t scale) {
  byte_buffer out;
  append_java_decimal(out, parse_decimal(text).value(), scale);
  return std::string(out.view());
}

/// Big-endian two's complement of as few bytes as possible, the slow way.
std::string reference(std::int64_t value) {
  std::string bytes;
  do {
    bytes.insert(bytes.begin(), static_cast<char>(value & 0xFF));
    value >>= 8;
  } while (!(value == 0 && (bytes.front() & 0x80) == 0) &&
           !(value == -1 && (bytes.front() & 0x80) != 0));
  return to_base64(bytes);
}

TEST(DecimalText, WritesTheBytesThatKafkaConnectWould) {
  EXPECT_EQ(unscaled("12345678.90", 2), "SZYC0g==");
  EXPECT_EQ(unscaled("12345", 0), "MDk=");
  EXPECT_EQ(unscaled("-99999999.99", 2), "/av0HAE=");
  EXPECT_EQ(unscaled("-0.000000000001", 12), "/w==");
  EXPECT_EQ(unscaled("99999999999999999999999999.999999999999", 12), "SztMqFqGxHoJiiI//////w==");
  EXPECT_EQ(unscaled("12345678901234567890123456789.123456789", 9), "CUmw9vACMxPESZBQ5NhfFQ==");
  EXPECT_EQ(unscaled("100000000000000000000", 0), "BWvHXi1jEAAA");
}

TEST(DecimalText, NeedsNoMoreBytesThanTheSignDoes) {
  for (const std::int64_t value :
       {0, 1, -1, 127, 128, -128, -129, 255, 256, 32767, 32768, -32768, -32769, 65535})
    EXPECT_EQ(unscaled(std::to_string(value), 0), reference(value)) << value;
}

TEST(DecimalText, AgreesOnBothSidesOfTheSmallPath) {
  for (const std::int64_t value : {std::int64_t{999'999'999'999'999'999},
                                   std::int64_t{-999'999'999'999'999'999},
                                   INT64_MAX,
                                   INT64_MIN,
                                   std::int64_t{1'000'000'000'000'000'000}})
    EXPECT_EQ(unscaled(std::to_string(value), 0), reference(value)) << value;
}

TEST(DecimalText, FillsUpOrRoundsToTheScale) {
  EXPECT_EQ(unscaled("1", 2), reference(100));
  EXPECT_EQ(unscaled("1.005", 2), reference(101));
  EXPECT_EQ(unscaled("-1.005", 2), reference(-101));
  EXPECT_EQ(unscaled("1.004", 2), reference(100));
  EXPECT_EQ(unscaled("0.5", 0), reference(1));
  EXPECT_EQ(unscaled("0.4", 0), reference(0));
  EXPECT_EQ(unscaled("1250", -2), reference(13));
  EXPECT_EQ(unscaled("9999999999999999999.5", 0),
            "AIrHIwSJ6AAA");  // 10^19: the carry of a number too large for one word
}

TEST(DecimalText, HasNoNegativeZero) {
  EXPECT_EQ(unscaled("-0.00", 2), "AA==");
}

TEST(DecimalText, DropsTheZerosAtTheEndOfAFraction) {
  const decimal_text number = without_trailing_zeros(parse_decimal("100.100").value());
  EXPECT_EQ(number.whole, "100");
  EXPECT_EQ(number.fraction, "1");
  EXPECT_EQ(without_trailing_zeros(parse_decimal("0.000").value()).scale(), 0);
}

TEST(DecimalText, RefusesWhatIsNotAPlainNumber) {
  for (const std::string_view text :
       {"", "-", ".", "NaN", "Infinity", "1e5", "1.2.3", "--1", "1 ", " 1"})
    EXPECT_FALSE(parse_decimal(text)) << text;
}

TEST(DecimalText, PrintsAsBigDecimalDoes) {
  EXPECT_EQ(java("1.50", 2), "1.50");
  EXPECT_EQ(java("-0.01", 2), "-0.01");
  EXPECT_EQ(java("12", 0), "12");
  EXPECT_EQ(java("0", 2), "0.00");
  EXPECT_EQ(java("0.000001", 6), "0.000001");
  EXPECT_EQ(java("0.0000001", 7), "1E-7");
  EXPECT_EQ(java("0.000000000123", 12), "1.23E-10");
  EXPECT_EQ(java("0", 7), "0E-7");
  EXPECT_EQ(java("9.999", 2), "10.00");
  EXPECT_EQ(java("1200", -2), "1.2E+3");
}

}  // namespace
}  // namespace tidewire::event
