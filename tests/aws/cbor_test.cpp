#include "aws/cbor.hpp"

#include "aws/body_writer.hpp"
#include "aws/document.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace {

using namespace tidewire::aws;
using kind = document::kind;

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return bytes;
}

std::string hex_of(std::string_view bytes) {
  std::string out;
  char two[3];
  for (const char c : bytes) {
    std::snprintf(two, sizeof two, "%02x", static_cast<unsigned char>(c));
    out += two;
  }
  return out;
}

/// The number that a document of one item holds (RFC 8949, appendix A has these examples).
double number_in(std::string_view hex) {
  const std::string bytes = from_hex(hex);
  double value = std::numeric_limits<double>::quiet_NaN();
  std::string_view in = bytes;
  cbor::head h;
  EXPECT_TRUE(cbor::read_head(in, h)) << hex;
  EXPECT_TRUE(cbor::float_of(h, value)) << hex;
  EXPECT_TRUE(in.empty());
  return value;
}

TEST(Cbor, WritesIntegersInTheShortestForm) {
  for (const auto& [value, hex] :
       {std::pair<std::int64_t, const char*>{0, "00"},
        {23, "17"},
        {24, "1818"},
        {255, "18ff"},
        {256, "190100"},
        {65535, "19ffff"},
        {65536, "1a00010000"},
        {4294967295, "1affffffff"},
        {1000000000000, "1b000000e8d4a51000"},
        {-1, "20"},
        {-24, "37"},
        {-25, "3818"},
        {-1000, "3903e7"},
        {std::numeric_limits<std::int64_t>::max(), "1b7fffffffffffffff"},
        {std::numeric_limits<std::int64_t>::min(), "3b7fffffffffffffff"}}) {
    std::string out;
    cbor::append_integer(out, value);
    EXPECT_EQ(hex_of(out), hex) << value;
    document d;
    ASSERT_TRUE(d.parse_cbor(out));
    EXPECT_EQ(d.root().integer(), value);
  }
}

TEST(Cbor, ReadsFloatsOfEveryWidth) {
  EXPECT_EQ(number_in("f90000"), 0.0);
  EXPECT_EQ(number_in("f93c00"), 1.0);
  EXPECT_EQ(number_in("f93e00"), 1.5);
  EXPECT_EQ(number_in("f97bff"), 65504.0);
  EXPECT_EQ(number_in("f90001"), 5.960464477539063e-8);
  EXPECT_EQ(number_in("f90400"), 0.00006103515625);
  EXPECT_EQ(number_in("f9c400"), -4.0);
  EXPECT_TRUE(std::isinf(number_in("f97c00")));
  EXPECT_EQ(number_in("f9fc00"), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(number_in("f97e00")));
  EXPECT_EQ(number_in("fa47c35000"), 100000.0);
  EXPECT_EQ(number_in("fb3ff199999999999a"), 1.1);
  EXPECT_EQ(number_in("fbc010666666666666"), -4.1);
}

TEST(Cbor, ReadsMapsAndArraysOfKnownAndUnknownLength) {
  for (const auto* hex :
       {"a26161016162820203", "bf61610161629f0203ffff", "bf61610161628202 03ff"}) {
    std::string compact;
    for (const char* c = hex; *c != 0; ++c)
      if (*c != ' ') compact.push_back(*c);
    const std::string bytes = from_hex(compact);
    document d;
    ASSERT_TRUE(d.parse_cbor(bytes)) << hex;
    EXPECT_EQ(d.root().what(), kind::map);
    EXPECT_EQ(d.root().size(), 2U);
    EXPECT_EQ(d.root()["a"].integer(), 1);
    EXPECT_EQ(d.root()["b"].size(), 2U);
    EXPECT_EQ(d.root()["b"].first().integer(), 2);
    EXPECT_EQ(d.root()["b"].first().next().integer(), 3);
    EXPECT_FALSE(d.root()["b"].first().next().next().present());
    EXPECT_FALSE(d.root()["c"].present());
  }
}

TEST(Cbor, JoinsTextAndBytesThatComeInChunks) {
  const std::string bytes = from_hex("827f657374726561646d696e67ff5f42010243030405ff");
  document d;
  ASSERT_TRUE(d.parse_cbor(bytes));
  EXPECT_EQ(d.root().first().text(), "streaming");
  EXPECT_EQ(d.root().first().next().blob(), std::string("\1\2\3\4\5"));
}

TEST(Cbor, ReadsTimestampsInMillisecondsAndInSeconds) {
  for (const auto& [hex, ms] :
       {std::pair<const char*, std::int64_t>{"c11b000001a2024bdb1f", 0x1a2024bdb1f},
        {"c11a514b67b0", 1363896240000},
        {"c1fb41d452d9ec200000", 1363896240500},
        {"1b000001a2024bdb1f", 0x1a2024bdb1f}}) {
    const std::string bytes = from_hex(hex);
    document d;
    ASSERT_TRUE(d.parse_cbor(bytes)) << hex;
    EXPECT_EQ(d.root().time_ms(), ms) << hex;
  }
}

TEST(Cbor, ReadsSimpleValues) {
  const std::string bytes = from_hex("84f4f5f6f7");
  document d;
  ASSERT_TRUE(d.parse_cbor(bytes));
  auto v = d.root().first();
  EXPECT_EQ(v.what(), kind::boolean);
  EXPECT_FALSE(v.boolean());
  v = v.next();
  EXPECT_TRUE(v.boolean());
  v = v.next();
  EXPECT_EQ(v.what(), kind::null);
  EXPECT_FALSE(v.present());
  EXPECT_EQ(v.next().what(), kind::null);
}

TEST(Cbor, RefusesWhatIsMalformed) {
  for (const auto* hex : {"18",
                          "19ff",
                          "1c",
                          "1f",
                          "3f",
                          "df",
                          "61",
                          "62c3",
                          "5f01ff",
                          "5f4101",
                          "7f4161ff",
                          "a1",
                          "a16161",
                          "a10101",
                          "82 01",
                          "9f01",
                          "bf6161ff",
                          "ff",
                          "0101",
                          "5b7fffffffffffffff00",
                          "9b7fffffffffffffff"}) {
    std::string compact;
    for (const char* c = hex; *c != 0; ++c)
      if (*c != ' ') compact.push_back(*c);
    const std::string bytes = from_hex(compact);
    document d;
    EXPECT_FALSE(d.parse_cbor(bytes)) << hex;
    EXPECT_FALSE(d.root().present()) << hex;
  }
}

TEST(Cbor, RefusesNestingWithoutEnd) {
  document d;
  const std::string deep = std::string(60, '\x81') + '\x01';
  EXPECT_TRUE(d.parse_cbor(deep));
  const std::string deeper(1'000'000, '\x81');
  EXPECT_FALSE(d.parse_cbor(deeper));
  const std::string json = std::string(100, '[') + std::string(100, ']');
  EXPECT_FALSE(d.parse_json(json));
}

TEST(Cbor, ReportsTruncationAtEveryByte) {
  std::string whole;
  body_writer out(whole, body_format::cbor);
  out.begin_map(3);
  out.text("Name", "value");
  out.key("Blob");
  out.blob(std::string(300, 'x'));
  out.key("At");
  out.time_ms(1'795'330'911'123);
  document d;
  ASSERT_TRUE(d.parse_cbor(whole));
  for (std::size_t size = 1; size < whole.size(); ++size)
    EXPECT_FALSE(d.parse_cbor(std::string_view(whole).substr(0, size))) << size;
}

TEST(BodyWriter, SaysTheSameInBothFormats) {
  for (const auto format : {body_format::json, body_format::cbor}) {
    std::string body;
    body_writer out(body, format);
    out.begin_map(6);
    out.text("Text", "quo\"te \n \xC3\xA9");
    out.key("List");
    out.begin_array(3);
    out.integer(-7);
    out.boolean(true);
    out.begin_map(0);
    out.end_map();
    out.end_array();
    out.key("Blob");
    out.blob(std::string("\0\xFF\x7F", 3));
    out.key("At");
    out.time_ms(1'795'330'911'023);
    out.key("Inner");
    out.begin_map(1);
    out.text("a", "");
    out.end_map();
    out.integer("Last", 1'000'000'000'000);
    out.end_map();
    document d;
    ASSERT_TRUE(format == body_format::json ? d.parse_json(body) : d.parse_cbor(body)) << body;
    const auto root = d.root();
    EXPECT_EQ(root["Text"].text(), "quo\"te \n \xC3\xA9");
    EXPECT_EQ(root["List"].size(), 3U);
    EXPECT_EQ(root["List"].first().integer(), -7);
    EXPECT_TRUE(root["List"].first().next().boolean());
    EXPECT_EQ(root["Blob"].blob(), std::string("\0\xFF\x7F", 3));
    EXPECT_EQ(root["At"].time_ms(), 1'795'330'911'023);
    EXPECT_EQ(root["Inner"]["a"].what(), kind::text);
    EXPECT_EQ(root["Last"].integer(), 1'000'000'000'000);
  }
}

TEST(BodyWriter, WritesPlainJson) {
  std::string body;
  body_writer out(body, body_format::json);
  out.begin_map(2);
  out.key("Entries");
  out.begin_array(2);
  for (const auto* id : {"a", "b"}) {
    out.begin_map(1);
    out.text("Id", id);
    out.end_map();
  }
  out.end_array();
  out.key("Time");
  out.time_ms(-1);
  out.end_map();
  EXPECT_EQ(body, R"({"Entries":[{"Id":"a"},{"Id":"b"}],"Time":-0.001})");
}

TEST(Document, ReadsJsonNumbersOfEveryKind) {
  document d;
  ASSERT_TRUE(d.parse_json(
      R"({"i":-5,"big":18446744073709551615,"real":1795330911.1234,"huge":1e300,"whole":1795330911,"null":null,"s":"7"})"));
  EXPECT_EQ(d.root()["i"].integer(), -5);
  EXPECT_EQ(d.root()["real"].time_ms(), 1'795'330'911'123);
  EXPECT_EQ(d.root()["whole"].time_ms(), 1'795'330'911'000);
  EXPECT_EQ(d.root()["huge"].integer(), 0);
  EXPECT_EQ(d.root()["big"].integer(42), 0);
  EXPECT_EQ(d.root()["s"].integer(42), 42);
  EXPECT_EQ(d.root()["missing"]["deeper"].integer(42), 42);
  EXPECT_FALSE(d.root()["null"].present());
}

TEST(Document, TakesAnEmptyBodyForAnAnswerWithoutMembers) {
  document d;
  EXPECT_TRUE(d.parse_json(""));
  EXPECT_EQ(d.root().what(), kind::map);
  EXPECT_TRUE(d.parse_json(" \r\n"));
  EXPECT_TRUE(d.parse_cbor(""));
  EXPECT_EQ(d.root().size(), 0U);
  for (const auto* bad : {"{", "{\"a\":}", "[1,]", "nul", "{} {}", "\"\xFF\""})
    EXPECT_FALSE(d.parse_json(bad)) << bad;
}

}  // namespace
