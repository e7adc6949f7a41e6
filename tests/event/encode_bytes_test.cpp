#include "event/encode_bytes.hpp"

#include "base/base64.hpp"
#include "encoding.hpp"
#include "event/md5.hpp"
#include "event/placeholder.hpp"

#include <gtest/gtest.h>

namespace tidewire::event {
namespace {

using test::written;

TEST(EncodeBytes, WritesByteaByTheHandlingMode) {
  EXPECT_EQ(written(encode::bytea_base64, "\\xfbff3e3f"), "\"+/8+Pw==\"");
  EXPECT_EQ(written(encode::bytea_base64_url_safe, "\\xfbff3e3f"), "\"-_8-Pw==\"");
  EXPECT_EQ(written(encode::bytea_hex, "\\xFBff3e3f"), "\"fbff3e3f\"");
  EXPECT_EQ(written(encode::bytea_base64, "\\x"), "\"\"");
}

TEST(EncodeBytes, RefusesWhatIsNotHexadecimal) {
  for (const std::string_view text : {"", "x", "\\x1", "\\x0g", "01"})
    EXPECT_EQ(written(encode::bytea_base64, text), "(unrepresentable)") << text;
}

TEST(EncodeBytes, WritesALargeByteaAsInOnePiece) {
  for (const std::size_t size : {49'151U, 49'152U, 49'153U, 200'000U}) {
    const std::string bytes(size, 'n');
    std::string text = "\\x";
    for (std::size_t i = 0; i < size; ++i) text += "6e";
    EXPECT_EQ(written(encode::bytea_base64, text), '"' + to_base64(bytes) + '"') << size;
    text.back() = 'g';
    EXPECT_EQ(written(encode::bytea_base64, text), "(unrepresentable)") << size;
  }
}

TEST(EncodeBytes, LeavesNothingOfALargeByteaThatCannotBeRead) {
  byte_buffer out;
  value_scratch scratch;
  out.append("before");
  const std::string text = "\\x" + std::string(300'000, '0') + 'g';
  EXPECT_FALSE(encode::bytea_hex({}, text, out, scratch));
  EXPECT_EQ(out.view(), "before");
}

TEST(EncodeBytes, WritesBitsFromTheLastOne) {
  EXPECT_EQ(written(encode::bits, "10101010"), "\"qg==\"");
  EXPECT_EQ(written(encode::bits, "110000000011"), "\"Aww=\"");
  EXPECT_EQ(written(encode::bits, "11111111000000001"), "\"Af4B\"");
  EXPECT_EQ(written(encode::bits, "100000000"), "\"AAE=\"");
}

TEST(EncodeBytes, DropsZeroBytesAtTheEndOfBits) {
  EXPECT_EQ(written(encode::bits, "000000000001"), "\"AQ==\"");
  EXPECT_EQ(written(encode::bits, "00000000"), "\"\"");
  EXPECT_EQ(written(encode::bits, ""), "\"\"");
}

TEST(EncodeBytes, RefusesOtherCharactersAmongBits) {
  EXPECT_EQ(written(encode::bits, "012"), "(unrepresentable)");
}

TEST(Placeholder, ReadsHexadecimal) {
  options how;
  EXPECT_EQ(placeholder_text(how), "__debezium_unavailable_value");
  how.unavailable_placeholder = "hex:48656C6C6F";
  EXPECT_EQ(placeholder_text(how), "Hello");
}

TEST(Placeholder, NamesAUuidAsJavaDoes) {
  // java.util.UUID.nameUUIDFromBytes("".getBytes())
  EXPECT_EQ(name_uuid(""), "d41d8cd9-8f00-3204-a980-0998ecf8427e");
}

TEST(Md5, AgreesWithTheTestSuiteOfItsRfc) {
  const auto hex = [](std::string_view text) {
    std::string out;
    constexpr std::string_view digits = "0123456789abcdef";
    for (const std::uint8_t byte : md5(text)) {
      out += digits[byte >> 4U];
      out += digits[byte & 15U];
    }
    return out;
  };
  EXPECT_EQ(hex(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(hex("abc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(hex("12345678901234567890123456789012345678901234567890123456789012345678901234567890"),
            "57edf4a22be3c955ac49da2e2107b67a");
}

}  // namespace
}  // namespace tidewire::event
