#include "local/kinesis/put_request.hpp"

#include "local/wire/cbor.hpp"
#include "local/wire/hex.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace tidewire::local {
namespace {

namespace json = boost::json;

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
