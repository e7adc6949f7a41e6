#include "local/wire/cbor.hpp"

#include "local/kinesis_request.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <utility>

namespace tidewire::local {
namespace {

namespace json = boost::json;

std::string bytes(std::string_view hex) {
  std::string out;
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    out.push_back(static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1])));
  return out;
}

std::string as_json(std::string_view hex) {
  const auto value = cbor::to_json(bytes(hex));
  return value ? json::serialize(*value) : "refused";
}

// The examples of RFC 8949, appendix A.
TEST(Cbor, ReadsTheExamplesOfTheStandard) {
  const std::pair<const char*, const char*> examples[] = {
      {"00", "0"},
      {"17", "23"},
      {"1818", "24"},
      {"1903e8", "1000"},
      {"1b000000e8d4a51000", "1000000000000"},
      {"20", "-1"},
      {"3903e7", "-1000"},
      {"f90000", "0E0"},
      {"f93c00", "1E0"},
      {"f93e00", "1.5E0"},
      {"f97bff", "6.5504E4"},
      {"fa47c35000", "1E5"},
      {"fb3ff199999999999a", "1.1E0"},
      {"f90001", "5.960464477539063E-8"},
      {"f4", "false"},
      {"f5", "true"},
      {"f6", "null"},
      {"f7", "null"},
      {"40", "\"\""},
      {"4401020304", "\"AQIDBA==\""},
      {"6449455446", "\"IETF\""},
      {"62c3bc", "\"ü\""},
      {"80", "[]"},
      {"8301820203820405", "[1,[2,3],[4,5]]"},
      {"a26161016162820203", "{\"a\":1,\"b\":[2,3]}"},
      {"5f42010243030405ff", "\"AQIDBAU=\""},
      {"7f657374726561646d696e67ff", "\"streaming\""},
      {"9f018202039f0405ffff", "[1,[2,3],[4,5]]"},
      {"bf6346756ef563416d7421ff", "{\"Fun\":true,\"Amt\":-2}"},
  };
  for (const auto& [hex, wanted] : examples) EXPECT_EQ(as_json(hex), wanted) << hex;
}

TEST(Cbor, TimestampsAreMillisecondsHereAndSecondsThere) {
  const auto value = cbor::to_json(bytes("c11903e8"));
  ASSERT_TRUE(value.has_value());
  EXPECT_DOUBLE_EQ(value->to_number<double>(), 1.0);
  std::string out;
  cbor::append_json(out, json::parse(R"({"StreamCreationTimestamp":1.5})"));
  EXPECT_EQ(out.substr(out.size() - 4), bytes("c11905dc"));
}

TEST(Cbor, RefusesWhatIsCutShortOrMalformed) {
  const std::string whole = bytes("bf6346756ef563416d7421625f4243010203816161ff");
  for (const auto* const bad : {"",
                                "18",
                                "61",
                                "ff",
                                "1c",
                                "3f",
                                "df",
                                "5f6161ff",
                                "5f5f41ffff",
                                "a1",
                                "a101",
                                "8200",
                                "9f00",
                                "0000",
                                "bf6161ff"})
    EXPECT_EQ(as_json(bad), "refused") << bad;
  for (std::size_t size = 0; size + 1 < whole.size(); ++size)
    EXPECT_FALSE(cbor::to_json(whole.substr(0, size)).has_value()) << size;
}

TEST(Cbor, RefusesDepthBeyondItsLimit) {
  EXPECT_EQ(as_json("8181818180"), "[[[[[]]]]]");
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "81";
  EXPECT_EQ(as_json(deep + "00"), "refused");
  std::string in = bytes(deep + "00");
  cbor::reader reader(in);
  EXPECT_FALSE(reader.skip());
}

TEST(Cbor, WritesWhatItReads) {
  const auto value = json::parse(
      R"({"a":[0,23,24,255,256,65535,65536,4294967295,4294967296,-1,-25,-1000000],"b":{"c":null,"d":true,"e":false},"f":"text","g":1.25})");
  std::string out;
  cbor::append_json(out, value);
  EXPECT_EQ(cbor::to_json(out), value);
}

TEST(PutRecordsBody, IsReadFromCborWithoutCopies) {
  std::string body;
  cbor::append_head(body, cbor::major_map, 3);
  cbor::append_text(body, "Unknown");
  cbor::append_json(body, json::parse(R"([{"x":[1]}])"));
  cbor::append_text(body, "Records");
  cbor::append_head(body, cbor::major_array, 1);
  cbor::append_head(body, cbor::major_map, 2);
  cbor::append_text(body, "Data");
  cbor::append_bytes(body, "\xff\x00z");
  cbor::append_text(body, "PartitionKey");
  cbor::append_text(body, "key");
  cbor::append_text(body, "StreamName");
  cbor::append_text(body, "s");
  const auto request = parse_put_records(body_format::cbor, body);
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->stream_name, "s");
  ASSERT_EQ(request->entries.size(), 1U);
  EXPECT_EQ(request->entries[0].partition_key, "key");
  EXPECT_GE(request->entries[0].data.data(), body.data());
  EXPECT_LT(request->entries[0].data.data(), body.data() + body.size());
  for (std::size_t size = 0; size < body.size(); ++size)
    EXPECT_EQ(
        parse_put_records(body_format::cbor, std::string_view(body).substr(0, size)).error().code,
        "SerializationException")
        << size;
}

TEST(PutRecordsBody, MayComeInIndefiniteMapsAndChunks) {
  // {_ "StreamName": (_ "s", "t"), "Records": [_ {_ "Data": (_ h'01', h'02'), "PartitionKey":
  // "k"}]}
  const std::string body = bytes(
      "bf6a53747265616d4e616d657f61736174ff675265636f7264739fbf64446174615f41014102ff6c506172746974"
      "696f6e4b6579616bffffff");
  const auto request = parse_put_records(body_format::cbor, body);
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->stream_name, "st");
  ASSERT_EQ(request->entries.size(), 1U);
  EXPECT_EQ(request->entries[0].data, "\x01\x02");
}

TEST(PutRecordsBody, IsReadFromJson) {
  const auto request = parse_put_records(
      body_format::json,
      R"({"StreamName":"s","Records":[{"Data":"/wA=","PartitionKey":"k"},{"PartitionKey":"l"}]})");
  ASSERT_TRUE(request.has_value());
  ASSERT_EQ(request->entries.size(), 2U);
  EXPECT_EQ(request->entries[0].data, std::string_view("\xff\0", 2));
  EXPECT_FALSE(request->entries[1].has_data);
  for (const auto* const bad : {"",
                                "[]",
                                "{",
                                R"({"Records":1})",
                                R"({"Records":[1]})",
                                R"({"Records":[{"Data":"?"}]})",
                                R"({"StreamName":1})"})
    EXPECT_TRUE(parse_put_records(body_format::json, bad).has_error()) << bad;
}

}  // namespace
}  // namespace tidewire::local
