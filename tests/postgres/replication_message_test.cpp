#include "postgres/replication_message.hpp"

#include "postgres/message_bytes.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidewire::postgres {
namespace {

using testing::message_bytes;

TEST(ReplicationMessage, ReadsXLogDataWithItsPayload) {
  const auto bytes = message_bytes('w').i64(1).i64(2).i64(3).raw("Bpayload").str();
  const auto message = decode_replication_message(bytes);
  ASSERT_TRUE(message.has_value());
  const auto& data = std::get<xlog_data>(*message);
  EXPECT_EQ(data.start, lsn{1});
  EXPECT_EQ(data.wal_end, lsn{2});
  EXPECT_EQ(data.send_time_us, 3);
  EXPECT_EQ(data.payload, "Bpayload");
}

TEST(ReplicationMessage, ReadsAKeepaliveThatWantsAnAnswerAndOneThatDoesNot) {
  for (const int wanted : {0, 1}) {
    const auto bytes = message_bytes('k').i64(0x1'0000'0002).i64(3).i8(wanted).str();
    const auto message = decode_replication_message(bytes);
    ASSERT_TRUE(message.has_value());
    const auto& alive = std::get<keepalive>(*message);
    EXPECT_EQ(alive.wal_end, lsn{0x1'0000'0002});
    EXPECT_EQ(alive.send_time_us, 3);
    EXPECT_EQ(alive.reply_requested, wanted == 1);
  }
}

TEST(ReplicationMessage, ReportsTruncationAtEveryByte) {
  const auto data = message_bytes('w').i64(1).i64(2).i64(3).str();
  for (std::size_t size = 0; size < data.size(); ++size)
    EXPECT_EQ(decode_replication_message(data.substr(0, size)).error(), errc::truncated_message)
        << size;
  const auto alive = message_bytes('k').i64(1).i64(2).i8(0).str();
  for (std::size_t size = 1; size < alive.size(); ++size)
    EXPECT_EQ(decode_replication_message(alive.substr(0, size)).error(), errc::truncated_message)
        << size;
}

TEST(ReplicationMessage, RefusesAnotherType) {
  EXPECT_EQ(decode_replication_message("r").error(), errc::unknown_message_type);
}

TEST(ReplicationMessage, WritesTheStandbyStatusAsTheManualHasIt) {
  standby_status status;
  status.written = lsn{0x0102030405060708};
  status.flushed = lsn{2};
  status.applied = lsn{3};
  status.send_time_us = -4;
  status.reply_requested = true;
  const auto bytes = encode_standby_status(status);
  const auto expected = message_bytes('r')
                            .i64(0x0102030405060708)
                            .i64(2)
                            .i64(3)
                            .i64(static_cast<std::uint64_t>(-4))
                            .i8(1)
                            .str();
  EXPECT_EQ(std::string(bytes.data(), bytes.size()), expected);
}

TEST(ReplicationMessage, CountsTimeFromTheYear2000) {
  EXPECT_EQ(unix_us_of(0), 946'684'800'000'000);
  EXPECT_EQ(unix_us_of(-946'684'800'000'000), 0);
}

}  // namespace
}  // namespace tidewire::postgres
