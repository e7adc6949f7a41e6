#include "event/java_number.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace tidewire::event {
namespace {

std::string of_double(double value) {
  byte_buffer out;
  append_java_double(out, value);
  return std::string(out.view());
}

std::string of_float(float value) {
  byte_buffer out;
  append_java_float(out, value);
  return std::string(out.view());
}

TEST(JavaNumber, IsPlainFromAThousandthToTenMillion) {
  EXPECT_EQ(of_double(3.14), "3.14");
  EXPECT_EQ(of_double(0.001), "0.001");
  EXPECT_EQ(of_double(9999999.5), "9999999.5");
  EXPECT_EQ(of_double(100), "100.0");
  EXPECT_EQ(of_double(-2.25), "-2.25");
}

TEST(JavaNumber, HasAnExponentOutsideThatRange) {
  EXPECT_EQ(of_double(1e7), "1.0E7");
  EXPECT_EQ(of_double(12345678.5), "1.23456785E7");
  EXPECT_EQ(of_double(0.0001), "1.0E-4");
  EXPECT_EQ(of_double(1e-10), "1.0E-10");
  EXPECT_EQ(of_double(1e21), "1.0E21");
  EXPECT_EQ(of_double(1.7976931348623157e308), "1.7976931348623157E308");
}

TEST(JavaNumber, KeepsTheSignOfZero) {
  EXPECT_EQ(of_double(0.0), "0.0");
  EXPECT_EQ(of_double(-0.0), "-0.0");
}

TEST(JavaNumber, PrefersTheNearestOfTwoDigitsToOneDigit) {
  EXPECT_EQ(of_double(std::numeric_limits<double>::denorm_min()), "4.9E-324");
  EXPECT_EQ(of_float(std::numeric_limits<float>::denorm_min()), "1.4E-45");
}

TEST(JavaNumber, PrintsFloatsByTheDigitsThatTellFloatsApart) {
  EXPECT_EQ(of_float(0.1F), "0.1");
  EXPECT_EQ(of_float(16777216.0F), "1.6777216E7");
  EXPECT_EQ(of_float(3.4028235e38F), "3.4028235E38");
  EXPECT_EQ(of_float(1234567.8F), "1234567.8");
}

TEST(JavaNumber, PrintsAllDigitsOfAWholeNumberThatItsBitsCanTell) {
  EXPECT_EQ(of_float(59460712.0F), "5.9460712E7");
  EXPECT_EQ(of_float(-451245504.0F), "-4.51245504E8");
  EXPECT_EQ(of_float(123456792.0F), "1.23456792E8");
  EXPECT_EQ(of_float(2.66053353e12F), "2.66053353E12");
  EXPECT_EQ(of_float(1e15F), "9.9999999E14");
  EXPECT_EQ(of_double(4.615257821525598e17), "4.6152578215255981E17");
  EXPECT_EQ(of_double(1.687923846815375e17), "1.68792384681537504E17");
  EXPECT_EQ(of_double(1e18), "1.0E18");
  EXPECT_EQ(of_double(9223372036854775808.0), "9.223372036854776E18");
}

TEST(JavaNumber, QuotesWhatJsonHasNoLiteralFor) {
  EXPECT_EQ(of_double(std::numeric_limits<double>::quiet_NaN()), "\"NaN\"");
  EXPECT_EQ(of_double(std::numeric_limits<double>::infinity()), "\"Infinity\"");
  EXPECT_EQ(of_float(-std::numeric_limits<float>::infinity()), "\"-Infinity\"");
}

}  // namespace
}  // namespace tidewire::event
