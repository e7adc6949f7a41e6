#include "aws/kinesis_messages.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace tidewire::aws;

class KinesisMessages : public ::testing::TestWithParam<body_format> {
 protected:
  document::value read(const std::string& body) {
    EXPECT_TRUE(GetParam() == body_format::json ? document_.parse_json(body)
                                                : document_.parse_cbor(body));
    return document_.root();
  }

 private:
  document document_;
};

TEST_P(KinesisMessages, ABodyIsNeverLargerThanItsRoom) {
  const std::string arn = "arn:aws:kinesis:us-east-1:111122223333:stream/" + std::string(128, 's');
  for (const std::size_t size : {0U, 1U, 2U, 3U, 70'000U}) {
    const std::string key(256, 'k');
    const std::string hash_key(39, '9');
    const std::string data(size, '\xFF');
    const std::vector<put_record> records(
        500, {.partition_key = key, .explicit_hash_key = hash_key, .data = data});
    std::string body;
    body_writer out(body, GetParam());
    write_put_records(out, arn, records);
    EXPECT_LE(body.size(), put_records_size(records, GetParam())) << size;
  }
}

TEST_P(KinesisMessages, ARecordIsThatWhichWasPutWhateverItsSize) {
  for (const std::size_t size : {0U, 1U, 23U, 24U, 255U, 256U, 65'535U, 65'536U}) {
    const std::string data(size, '\xFE');
    const std::string key(size % 257 + 1, 'k');
    for (const std::string_view hash_key : {"", "170141183460469231731687303715884105728"}) {
      const std::vector<put_record> records(
          2, {.partition_key = key, .explicit_hash_key = hash_key, .data = data});
      std::string body;
      body_writer out(body, GetParam());
      write_put_records(out, "s", records);
      auto r = read(body)["Records"].first();
      for (int i = 0; i < 2; ++i, r = r.next()) {
        EXPECT_EQ(r.size(), hash_key.empty() ? 2U : 3U) << size;
        EXPECT_EQ(r["Data"].blob(), data) << size;
        EXPECT_EQ(r["PartitionKey"].text(), key) << size;
        EXPECT_EQ(r["ExplicitHashKey"].text(), hash_key) << size;
      }
    }
  }
}

TEST_P(KinesisMessages, AnAnswerOfAnotherNumberOfRecordsTellsNothing) {
  const std::vector<put_record> records(2, {.partition_key = "k", .data = "d"});
  for (const std::size_t answered : {1U, 2U, 3U}) {
    std::string body;
    body_writer out(body, GetParam());
    out.begin_map(1);
    out.key("Records");
    out.begin_array(answered);
    for (std::size_t i = 0; i < answered; ++i) {
      out.begin_map(1);
      out.text("ShardId", "shardId-000000000000");
      out.end_map();
    }
    out.end_array();
    out.end_map();
    EXPECT_EQ(read_put_failures(read(body), records).has_value(), answered == 2) << answered;
  }
}

TEST_P(KinesisMessages, APageWithoutAListOfRecordsIsNone) {
  std::string body;
  body_writer out(body, GetParam());
  out.begin_map(1);
  out.text("NextShardIterator", "next");
  out.end_map();
  EXPECT_FALSE(read_records_page(read(body)));
}

INSTANTIATE_TEST_SUITE_P(Formats,
                         KinesisMessages,
                         ::testing::Values(body_format::json, body_format::cbor),
                         [](const auto& instance) {
                           return instance.param == body_format::json ? "json" : "cbor";
                         });

}  // namespace
