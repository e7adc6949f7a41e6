#include "event/encode_binary.hpp"

#include "encoding.hpp"
#include "event/binary_text.hpp"
#include "event/encode_decimal.hpp"
#include "event/encode_scalar.hpp"
#include "event/encode_temporal.hpp"
#include "event/server_text.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

/// The bytes are what a PostgreSQL 15 sent: `select encode(timestamp_send('…'), 'hex')`.
/// tests/app/snapshot_form_test.cpp holds all types against a server.
namespace tidewire::event {
namespace {

using test::written;

std::string bytes_of(std::string_view hex) {
  byte_buffer out;
  EXPECT_TRUE(append_bytes_of_digits(out, hex));
  return std::string(out.view());
}

std::string written_binary(encode_function binary,
                           encode_function text,
                           std::string_view hex,
                           int scale = 0) {
  value_encoder encoder;
  encoder.encode = text;
  encoder.scale = scale;
  byte_buffer out;
  value_scratch scratch;
  if (!binary(encoder, bytes_of(hex), out, scratch)) return "(unrepresentable)";
  return std::string(out.view());
}

std::string numeric_text(std::string_view hex) {
  byte_buffer out;
  return append_numeric_text(out, bytes_of(hex)) ? std::string(out.view()) : "(refused)";
}

TEST(EncodeBinary, ReadsIntegersOfEachSize) {
  const auto integer = [](std::string_view hex) {
    return written_binary(encode::binary_integer, encode::integer, hex);
  };
  EXPECT_EQ(integer("8000"), "-32768");
  EXPECT_EQ(integer("7fffffff"), "2147483647");
  EXPECT_EQ(integer("8000000000000000"), "-9223372036854775808");
  EXPECT_EQ(integer(""), "(unrepresentable)");
  EXPECT_EQ(integer("010203"), "(unrepresentable)");
  EXPECT_EQ(written_binary(encode::binary_object_id, encode::integer, "ffffffff"), "4294967295");
}

TEST(EncodeBinary, ReadsFloatsAsTheirText) {
  EXPECT_EQ(written_binary(encode::binary_float32, encode::float32, "4048f5c3"),
            written(encode::float32, "3.14"));
  EXPECT_EQ(written_binary(encode::binary_float64, encode::float64, "7ff8000000000000"),
            written(encode::float64, "NaN"));
  EXPECT_EQ(written_binary(encode::binary_float64, encode::float64, "40"), "(unrepresentable)");
}

TEST(EncodeBinary, ReadsTheVersionOfAJsonb) {
  EXPECT_EQ(written_binary(encode::binary_jsonb, encode::string, "017b7d"), "\"{}\"");
  EXPECT_EQ(written_binary(encode::binary_jsonb, encode::string, "027b7d"), "(unrepresentable)");
}

TEST(EncodeBinary, ReadsAUuid) {
  EXPECT_EQ(written_binary(encode::binary_uuid, encode::string, "a0eebc999c0b4ef8bb6d6bb9bd380a11"),
            "\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\"");
  EXPECT_EQ(written_binary(encode::binary_uuid, encode::string, "a0eebc"), "(unrepresentable)");
}

TEST(EncodeBinary, ReadsTimestampsAsTheirText) {
  const auto micros = [](std::string_view hex) {
    return written_binary(encode::binary_timestamp_micros, encode::snapshot_timestamp_micros, hex);
  };
  const auto text = [](std::string_view of) {
    return written(encode::snapshot_timestamp_micros, of);
  };
  EXPECT_EQ(micros("0002b583ce0c53c0"), text("2024-02-29 13:14:15.678912"));
  EXPECT_EQ(micros("ffd1399cf6080001"), text("1582-10-15 00:00:00.000001"));
  EXPECT_EQ(micros("ffd1399cf607ffff"), text("1582-10-14 23:59:59.999999"));
  EXPECT_EQ(micros("ff1af9e8fb46d000"), text("0044-03-15 12:00:00.000000 BC"));
  EXPECT_EQ(micros("0380e70b913b7fff"), text("9999-12-31 23:59:59.999999"));
  EXPECT_EQ(micros("0380e70b913b8000"), text("10000-01-01 00:00:00"));
  EXPECT_EQ(micros("7fffff5bb3b29fff"), text("294276-12-31 23:59:59.999999"));
  EXPECT_EQ(micros("fd0f7fbdaf17e000"), text("4713-01-01 00:00:00 BC"));
  EXPECT_EQ(micros("7fffffffffffffff"), text("infinity"));
  EXPECT_EQ(micros("8000000000000000"), text("-infinity"));
  EXPECT_EQ(micros("00"), "(unrepresentable)");
}

TEST(EncodeBinary, ReadsMillisecondsBeforeTheEpochDownwards) {
  EXPECT_EQ(
      written_binary(
          encode::binary_timestamp_millis, encode::snapshot_timestamp_millis, "fffca2fec4c81fff"),
      written(encode::snapshot_timestamp_millis, "1969-12-31 23:59:59.999999"));
}

TEST(EncodeBinary, ReadsDatesAsTheirText) {
  const auto date = [](std::string_view hex) {
    return written_binary(encode::binary_date, encode::snapshot_date, hex);
  };
  EXPECT_EQ(date("00002279"), written(encode::snapshot_date, "2024-02-29"));
  EXPECT_EQ(date("fffdacc0"), written(encode::snapshot_date, "1582-10-15"));
  EXPECT_EQ(date("7fda970c"), written(encode::snapshot_date, "5874897-12-31"));
  EXPECT_EQ(date("ffda97cd"), written(encode::snapshot_date, "4713-01-01 BC"));
  EXPECT_EQ(date("7fffffff"), written(encode::snapshot_date, "infinity"));
  EXPECT_EQ(date("80000000"), written(encode::snapshot_date, "-infinity"));
  EXPECT_EQ(date("fffdacbf"), written(encode::snapshot_date, "1582-10-14"));
}

TEST(EncodeBinary, ReadsZonedTimestampsAsTheirText) {
  const auto zoned = [](std::string_view hex) {
    return written_binary(
        encode::binary_zoned_timestamp, encode::snapshot_zoned_timestamp, hex, /*scale=*/6);
  };
  const auto text = [](std::string_view of) {
    return written(encode::snapshot_zoned_timestamp, of, 6);
  };
  EXPECT_EQ(zoned("0002b583ce0c53c0"), "\"2024-02-29T13:14:15.678912Z\"");
  EXPECT_EQ(zoned("fffca2fec4c81fff"), "\"1969-12-31T23:59:59.999999Z\"");
  EXPECT_EQ(zoned("ff1af9e8fb46d000"), text("0044-03-15 12:00:00+00 BC"));
  EXPECT_EQ(zoned("7fffff5bb3b29fff"), text("294276-12-31 23:59:59.999999+00"));
  EXPECT_EQ(zoned("8000000000000000"), "\"-infinity\"");
}

TEST(EncodeBinary, ReadsTimes) {
  const auto time = [](encode_function encode, std::string_view hex) {
    return written_binary(encode, encode::time_micros, hex);
  };
  EXPECT_EQ(time(encode::binary_time_micros, "000000141dd76000"), "86400000000");
  EXPECT_EQ(time(encode::binary_time_millis, "0000000000000fff"), "4");
  EXPECT_EQ(time(encode::binary_time_millis, "00"), "(unrepresentable)");
}

TEST(ServerText, PrintsANumericWithTheDigitsOfItsScale) {
  EXPECT_EQ(numeric_text("000300010000000204d2162e2328"), "12345678.90");
  EXPECT_EQ(numeric_text("0000000000000000"), "0");
  EXPECT_EQ(numeric_text("0000000000000002"), "0.00");
  EXPECT_EQ(numeric_text("0001ffff40000003000a"), "-0.001");
  EXPECT_EQ(numeric_text("0002fffe0000000b00010924"), "0.00000001234");
  EXPECT_EQ(numeric_text("00010005000000000001"), "100000000000000000000");
  EXPECT_EQ(numeric_text("0001000100000000270f"), "99990000");
  EXPECT_EQ(numeric_text("000200004000000100011388"), "-1.5");
  EXPECT_EQ(numeric_text("0006000200000009000109291a8504d2162e2328"), "123456789.123456789");
}

TEST(ServerText, NamesTheSpecialNumerics) {
  EXPECT_EQ(numeric_text("00000000c0000000"), "NaN");
  EXPECT_EQ(numeric_text("00000000d0000020"), "Infinity");
  EXPECT_EQ(numeric_text("00000000f0000020"), "-Infinity");
}

TEST(ServerText, PrintsATimestampThatNoServerHas) {
  byte_buffer out;
  append_timestamp_text(out, std::numeric_limits<std::int64_t>::min() + 1, /*zoned=*/false);
  EXPECT_EQ(out.view(), "290279-12-22 19:59:05.224193 BC");
}

TEST(ServerText, RefusesWhatIsNoNumeric) {
  EXPECT_EQ(numeric_text(""), "(refused)");
  EXPECT_EQ(numeric_text("00010000000000"), "(refused)");
  EXPECT_EQ(numeric_text("0001000000000000"), "(refused)") << "a group is missing";
  EXPECT_EQ(numeric_text("00010000000000002710"), "(refused)") << "a group of 10000";
  EXPECT_EQ(numeric_text("00010000000080000001"), "(refused)") << "a negative scale";
  EXPECT_EQ(numeric_text("00010000123400000001"), "(refused)") << "no such sign";
  EXPECT_EQ(numeric_text("ffff000000000000"), "(refused)");
}

TEST(EncodeBinary, ReadsANumericByItsText) {
  const std::string hex = "000300010000000204d2162e2328";
  EXPECT_EQ(written_binary(encode::binary_numeric, encode::decimal, hex, 2),
            written(encode::decimal, "12345678.90", 2));
  EXPECT_EQ(written_binary(encode::binary_numeric, encode::decimal_string, hex, 3),
            "\"12345678.900\"");
  EXPECT_EQ(written_binary(encode::binary_numeric, encode::decimal_double, "00000000c0000000"),
            "\"NaN\"");
}

}  // namespace
}  // namespace tidewire::event
