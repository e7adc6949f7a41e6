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

/// `{"Records": [entry]}`
std::string of_one(const std::string& entry) {
  return bytes("a1675265636f72647381") + entry;
}

TEST(PutRecordsBody, IsReadTheSameHoweverItsHeadsAreWritten) {
  const std::string usual_map = bytes("a2"), tagged_map = bytes("c1a2");  // a tag is stepped over
  for (const std::size_t data_size : {0U, 1U, 23U, 24U, 255U, 256U, 570U, 65'535U, 65'536U})
    for (const std::size_t key_size : {0U, 1U, 23U, 24U, 256U}) {
      std::string data;
      cbor::append_text(data, "Data");
      cbor::append_bytes(data, std::string(data_size, 'd'));
      std::string key;
      cbor::append_text(key, "PartitionKey");
      cbor::append_text(key, std::string(key_size, 'k'));
      for (const auto& members : {data + key, key + data})
        for (const auto& map : {usual_map, tagged_map}) {
          const std::string body = of_one(map + members);
          const auto request = parse_put_records(body_format::cbor, body);
          ASSERT_TRUE(request.has_value()) << data_size << " " << key_size;
          ASSERT_EQ(request->entries.size(), 1U);
          const put_entry& entry = request->entries[0];
          EXPECT_TRUE(entry.has_data && entry.has_partition_key);
          EXPECT_EQ(entry.data, std::string(data_size, 'd'));
          EXPECT_EQ(entry.partition_key, std::string(key_size, 'k'));
          EXPECT_TRUE(parse_put_records(body_format::cbor,
                                        std::string_view(body).substr(0, body.size() - 1))
                          .has_error());
        }
    }
}

TEST(PutRecordsBody, IsRefusedWhereAnEntryHasAnotherTypeThanItsName) {
  const std::string data = bytes("6444617461"), key = bytes("6c506172746974696f6e4b6579");
  for (const auto& wrong : {bytes("a2") + data + bytes("6161") + key + bytes("6161"),    // text
                            bytes("a2") + data + bytes("4161") + key + bytes("4161"),    // bytes
                            bytes("a2") + data + bytes("1801") + key + bytes("616161"),  // number
                            bytes("a3") + data + bytes("4161") + key + bytes("6161")})  // one short
    EXPECT_TRUE(parse_put_records(body_format::cbor, of_one(wrong)).has_error());
}

TEST(PutRecordsBody, TakesTheLastOfAMemberThatComesTwice) {
  const std::string body =
      of_one(bytes("a264446174614101644461746141"
                   "02"));
  const auto request = parse_put_records(body_format::cbor, body);
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->entries[0].data, "\x02");
  EXPECT_FALSE(request->entries[0].has_partition_key);
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
