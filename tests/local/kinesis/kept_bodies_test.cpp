#include "local/kinesis/service_fixture.hpp"
#include "local/wire/cbor.hpp"

#include <gmock/gmock.h>

#include <string>

namespace tidewire::local {
namespace {

/// PutRecords in CBOR whose body the service may take.
class KinesisBodies : public Kinesis {
 protected:
  explicit KinesisBodies(kinesis_service::options how = {.who = {}}) : Kinesis(std::move(how)) {}

  static std::string body_of(int count, std::size_t size) {
    std::string body;
    cbor::append_head(body, cbor::major_map, 2);
    cbor::append_text(body, "StreamName");
    cbor::append_text(body, "s");
    cbor::append_text(body, "Records");
    cbor::append_head(body, cbor::major_array, static_cast<std::uint64_t>(count));
    for (int i = 0; i < count; ++i) {
      cbor::append_head(body, cbor::major_map, 2);
      cbor::append_text(body, "Data");
      cbor::append_bytes(body, std::string(size, static_cast<char>('a' + i % 26)));
      cbor::append_text(body, "PartitionKey");
      cbor::append_text(body, "k" + std::to_string(i));
    }
    body.shrink_to_fit();  // as it is received
    return body;
  }
  /// \return whether the service took the body.
  bool put_body(std::string body, body_format format = body_format::cbor) {
    const auto done = service.handle_body({.operation = "PutRecords",
                                           .format = format,
                                           .body = body,
                                           .now = now,
                                           .faults = faults,
                                           .quotas = quotas,
                                           .owner = &body});
    EXPECT_FALSE(done.has_error()) << done.error().message;
    return body.empty();
  }
};

TEST_F(KinesisBodies, AreKeptWithTheirRecords) {
  good("CreateStream", R"({"StreamName":"s","ShardCount":1})");
  put(1);
  EXPECT_TRUE(put_body(body_of(100, 570)));
  EXPECT_TRUE(put_body(body_of(30, 1000)));
  put(1);
  const auto read = get(iterator());
  const auto& records = read.at("Records").as_array();
  ASSERT_EQ(records.size(), 132U);
  for (std::size_t i = 0; i < 100; ++i) {
    const auto& record = records[1 + i];
    EXPECT_EQ(record.at("PartitionKey"), json::string("k" + std::to_string(i)));
    EXPECT_EQ(from_base64(record.at("Data").as_string()).value(),
              std::string(570, static_cast<char>('a' + i % 26)));
  }
  for (std::size_t i = 1; i < records.size(); ++i)
    EXPECT_LT(records[i - 1].at("SequenceNumber").as_string(),
              records[i].at("SequenceNumber").as_string());
}

TEST_F(KinesisBodies, AreNotKeptWhereThatIsNoGain) {
  good("CreateStream", R"({"StreamName":"s","ShardCount":1})");
  EXPECT_FALSE(put_body(body_of(10, 570))) << "small";
  EXPECT_FALSE(put_body(body_of(500, 40))) << "mostly names";
  std::string spacious = body_of(100, 570);
  spacious.reserve(spacious.size() * 2);
  EXPECT_FALSE(put_body(std::move(spacious))) << "mostly room";
  const std::string data = to_base64(std::string(40'000, 'x'));
  EXPECT_FALSE(
      put_body(R"({"StreamName":"s","Records":[{"Data":")" + data + R"(","PartitionKey":"k"}]})",
               body_format::json));
  quotas = true;  // some of its records may be refused
  EXPECT_FALSE(put_body(body_of(100, 570)));
  EXPECT_EQ(get(iterator()).at("Records").as_array().size(), 711U);
}

TEST_F(KinesisBodies, OfSeveralShardsAreNotKept) {
  good("CreateStream", R"({"StreamName":"s","ShardCount":2})");
  EXPECT_FALSE(put_body(body_of(100, 570)));
  std::size_t found = 0;
  for (const auto* const shard : {"shardId-000000000000", "shardId-000000000001"})
    found += get(iterator("TRIM_HORIZON", shard)).at("Records").as_array().size();
  EXPECT_EQ(found, 100U);
}

class BoundedKinesisBodies : public KinesisBodies {
 protected:
  BoundedKinesisBodies() : KinesisBodies({.who = {}, .bytes_max = 1'000'000}) {}
};

TEST_F(BoundedKinesisBodies, GoOldestFirstAsAllRecordsDo) {
  good("CreateStream", R"({"StreamName":"s","ShardCount":1})");
  EXPECT_FALSE(put_body(body_of(250, 570))) << "too large a share of the memory";
  for (int i = 0; i < 40; ++i) EXPECT_TRUE(put_body(body_of(100, 570)));
  const auto records = get(iterator()).at("Records").as_array();
  // Each body has 57,190 bytes of records: 17 have room.
  EXPECT_EQ(records.size(), 1700U);
  EXPECT_EQ(records[0].at("PartitionKey"), "k0");
}

}  // namespace
}  // namespace tidewire::local
