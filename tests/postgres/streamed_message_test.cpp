#include "postgres/streamed_message.hpp"

#include "postgres/errc.hpp"
#include "postgres/message_bytes.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tidewire::postgres {
namespace {

using testing::message_bytes;

template <class Message>
Message decoded(const message_bytes& bytes) {
  const auto message = decode_stream_message(bytes.str());
  EXPECT_TRUE(message.has_value());
  return std::get<Message>(message.value());
}

const message_bytes start = message_bytes('S').i32(700).i8(1);
const message_bytes commit = message_bytes('c').i32(700).i8(0).i64(0x1000).i64(0x1030).i64(12'345);
const message_bytes roll_back = message_bytes('A').i32(700).i32(703);

TEST(StreamedMessage, ReadsTheBeginOfAPiece) {
  const auto first = decoded<stream_start_message>(start);
  EXPECT_EQ(first.xid, 700U);
  EXPECT_TRUE(first.first);
  EXPECT_FALSE(decoded<stream_start_message>(message_bytes('S').i32(700).i8(0)).first);
}

TEST(StreamedMessage, ReadsTheEndOfAPiece) {
  decoded<stream_stop_message>(message_bytes('E'));
}

TEST(StreamedMessage, ReadsACommit) {
  const auto m = decoded<stream_commit_message>(commit);
  EXPECT_EQ(m.xid, 700U);
  EXPECT_EQ(m.commit_lsn, lsn{0x1000});
  EXPECT_EQ(m.end_lsn, lsn{0x1030});
  EXPECT_EQ(m.commit_time_us, 12'345);
}

TEST(StreamedMessage, ReadsARollbackOfASavepoint) {
  const auto m = decoded<stream_abort_message>(roll_back);
  EXPECT_EQ(m.xid, 700U);
  EXPECT_EQ(m.subxid, 703U);
}

TEST(StreamedMessage, ReportsTruncationAtEveryByteAndBytesLeftOver) {
  for (const message_bytes& whole : {start, commit, roll_back}) {
    for (std::size_t size = 0; size < whole.str().size(); ++size)
      EXPECT_EQ(decode_stream_message(whole.str().substr(0, size)).error(), errc::truncated_message)
          << whole.str().front() << ' ' << size;
    EXPECT_EQ(decode_stream_message(whole.str() + "x").error(), errc::malformed_message);
  }
  EXPECT_EQ(decode_stream_message("Ex").error(), errc::malformed_message);
  EXPECT_EQ(decode_stream_message("I").error(), errc::unknown_message_type);
}

TEST(StreamedMessage, KnowsItsFourTypes) {
  for (const char* type : {"S", "E", "c", "A"}) EXPECT_TRUE(is_stream_message(type)) << type;
  for (const char* type : {"", "B", "C", "I", "U", "D", "R", "Y", "T", "M", "O"})
    EXPECT_FALSE(is_stream_message(type)) << type;
}

TEST(StreamedMessage, TakesTheIdOutOfAChange) {
  const std::string bytes = message_bytes('I').i32(703).i32(16'384).raw("N").str();
  const auto change = split_streamed_change(bytes).value();
  EXPECT_EQ(change.type, 'I');
  EXPECT_EQ(change.xid, 703U);
  EXPECT_EQ(change.rest, message_bytes('x').i32(16'384).raw("N").str().substr(1));
}

TEST(StreamedMessage, KnowsThatAnOriginHasNoId) {
  const auto change = split_streamed_change("Oabc").value();
  EXPECT_EQ(change.xid, 0U);
  EXPECT_EQ(change.rest, "abc");
}

TEST(StreamedMessage, RefusesWhatCannotStandInAPiece) {
  EXPECT_EQ(split_streamed_change("").error(), errc::truncated_message);
  EXPECT_EQ(split_streamed_change("I\0\0").error(), errc::truncated_message);
  EXPECT_EQ(split_streamed_change(message_bytes('B').i32(1).str()).error(),
            errc::malformed_message);
}

}  // namespace
}  // namespace tidewire::postgres
