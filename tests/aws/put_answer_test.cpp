#include "aws/put_answer.hpp"

#include "aws/body_writer.hpp"
#include "aws/document.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace tidewire::aws;

const std::string sequence_number(56, '4');

void write_arrivals(body_writer& out, std::size_t count) {
  out.key("Records");
  out.begin_array(count);
  for (std::size_t i = 0; i < count; ++i) {
    out.begin_map(2);
    out.text("SequenceNumber", sequence_number);
    out.text("ShardId", "shardId-000000000000");
    out.end_map();
  }
  out.end_array();
}

/// An answer in CBOR that says of so many records that they arrived.
std::string answer_of(std::size_t count) {
  std::string body;
  body_writer out(body, body_format::cbor);
  out.begin_map(3);
  out.integer("FailedRecordCount", 0);
  out.text("EncryptionType", "KMS");
  write_arrivals(out, count);
  out.end_map();
  return body;
}

/// Of one record, with a member more.
template <class Write>
std::string answer_with(std::string_view name, Write write) {
  std::string body;
  body_writer out(body, body_format::cbor);
  out.begin_map(1);
  out.key("Records");
  out.begin_array(1);
  out.begin_map(2);
  out.text("ShardId", "shardId-000000000000");
  out.key(name);
  write(out);
  return body;
}

TEST(PutAnswer, SaysThatAllArrivedWhereverTheOtherMembersStand) {
  for (const std::size_t count : {1U, 23U, 24U, 500U}) {
    const std::vector<put_record> records(count);
    EXPECT_TRUE(all_plainly_arrived(answer_of(count), records)) << count;
    std::string body;
    body_writer out(body, body_format::cbor);
    out.begin_map(2);
    write_arrivals(out, count);
    out.integer("FailedRecordCount", 0);
    EXPECT_TRUE(all_plainly_arrived(body, records)) << count;
  }
}

TEST(PutAnswer, LeavesAnErrorToTheReadingOfTheWhole) {
  const std::vector<put_record> records(1);
  const auto text = [](body_writer& out) { out.text("Throttled"); };
  const auto null = [](body_writer& out) { out.cbor("\xF6"); };
  EXPECT_FALSE(all_plainly_arrived(answer_with("ErrorCode", text), records));
  EXPECT_TRUE(all_plainly_arrived(answer_with("ErrorCode", null), records));
  EXPECT_TRUE(all_plainly_arrived(answer_with("Other", text), records));
}

TEST(PutAnswer, LeavesAnotherNumberOfRecordsToTheReadingOfTheWhole) {
  EXPECT_FALSE(all_plainly_arrived(answer_of(2), std::vector<put_record>(1)));
  EXPECT_FALSE(all_plainly_arrived(answer_of(2), std::vector<put_record>(3)));
  EXPECT_FALSE(all_plainly_arrived(answer_of(0) + '\x00', std::vector<put_record>()));
  EXPECT_FALSE(all_plainly_arrived("\xA0", std::vector<put_record>()));
  EXPECT_FALSE(all_plainly_arrived("", std::vector<put_record>()));
}

TEST(PutAnswer, LeavesRecordsWithAShardOfTheirOwnToTheReadingOfTheWhole) {
  std::vector<put_record> records(2);
  records[1].expected_shard = "shardId-000000000000";
  EXPECT_FALSE(all_plainly_arrived(answer_of(2), records));
}

TEST(PutAnswer, LeavesASecondListToTheReadingOfTheWhole) {
  std::string body;
  body_writer out(body, body_format::cbor);
  out.begin_map(2);
  write_arrivals(out, 1);
  write_arrivals(out, 1);
  EXPECT_FALSE(all_plainly_arrived(body, std::vector<put_record>(1)));
}

/// Whatever happened to an answer on its way: nothing is called durable that the whole reading
/// would not call so.
class PutAnswerThatWasHarmed : public ::testing::Test {
 protected:
  bool is_called_durable(std::string_view answer) {
    if (!all_plainly_arrived(answer, records_)) return false;
    const bool read = document_.parse_cbor(answer);
    EXPECT_TRUE(read);
    const auto failures = read_put_failures(document_.root(), records_);
    EXPECT_TRUE(failures && failures->empty());
    return true;
  }

  const std::vector<put_record> records_ = std::vector<put_record>(2);
  document document_;
};

TEST_F(PutAnswerThatWasHarmed, IsNotBelievedWhereItIsCutOrGoesOn) {
  const std::string whole = answer_of(2);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(is_called_durable(std::string_view(whole).substr(0, size))) << size;
  EXPECT_TRUE(is_called_durable(whole));
  EXPECT_FALSE(is_called_durable(whole + whole));
}

TEST_F(PutAnswerThatWasHarmed, IsNeverReadInAnotherWayByAnyByte) {
  const std::string whole = answer_of(2);
  std::size_t believed = 0;
  for (std::size_t place = 0; place < whole.size(); ++place) {
    std::string harmed = whole;
    for (int byte = 0; byte < 256; ++byte) {
      harmed[place] = static_cast<char>(byte);
      believed += is_called_durable(harmed) ? 1 : 0;
    }
    ASSERT_FALSE(HasFailure()) << place;
  }
  EXPECT_GT(believed, whole.size());  // the letters of a sequence number may be any
}

}  // namespace
