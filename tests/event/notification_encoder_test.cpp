#include "event/notification_encoder.hpp"

#include "event/streams.hpp"
#include "golden_records.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidewire::event {
namespace {

using details = std::vector<std::pair<std::string, std::string>>;

struct outputs {
  options how;
  streams names;
  record_buffer buffer;
  single_output out{buffer};
};

/// The member's value in the golden record, which the recording made up.
std::string member(const std::string& json, const std::string& name) {
  const auto from = json.rfind("\"" + name + "\":") + name.size() + 3;
  const auto end = json.find_first_of(",}", from);
  std::string value = json.substr(from, end - from);
  if (value.starts_with('"')) value = value.substr(1, value.size() - 2);
  return value;
}

void expect_record(std::size_t index, std::string type, details told) {
  const auto expected = test::golden_records("notifications_sink").at(index);
  outputs o;
  notification_encoder encoder(o.how, "notif", o.names, o.out);
  const auto payload = expected.value.substr(expected.value.find("\"payload\":"));
  const auto id = payload.find("\"id\":\"") + 6;
  told.emplace_back("connector_name", "dbserver1");
  order_like_java_copy(told);
  change_context context;
  encoder.notify({.id = payload.substr(id, 36),
                  .aggregate = "Initial Snapshot",
                  .type = std::move(type),
                  .details = std::move(told),
                  .time_ms = std::stoll(member(payload, "timestamp"))},
                 context);
  ASSERT_EQ(o.buffer.records.size(), 1U);
  EXPECT_EQ(o.buffer.records[0].destination->name, expected.stream);
  EXPECT_EQ(std::string(o.buffer.key(o.buffer.records[0])), expected.key);
  EXPECT_EQ(std::string(o.buffer.value(o.buffer.records[0])), expected.value);
  EXPECT_EQ(context.id.ordinal, 1U);
}

TEST(NotificationEncoder, WritesTheVeryRecordsThatDebeziumWrote) {
  expect_record(0, "STARTED", {});
  expect_record(
      1,
      "IN_PROGRESS",
      {{"current_collection_in_progress", "public.a"}, {"data_collections", "public.a,public.b"}});
  expect_record(4,
                "TABLE_SCAN_COMPLETED",
                {{"scanned_collection", "public.b"},
                 {"status", "SUCCEEDED"},
                 {"total_rows_scanned", "0"},
                 {"data_collections", "public.a,public.b"}});
}

TEST(NotificationEncoder, LeavesTheValueOfACloudEventEmpty) {
  outputs o;
  o.how.cloud_events = true;
  notification_encoder encoder(o.how, "notif", o.names, o.out);
  change_context context;
  encoder.notify({.id = "s1", .aggregate = "A", .type = "T", .details = {}, .time_ms = 1}, context);
  EXPECT_EQ(o.buffer.records.at(0).value_size, 0U);
  EXPECT_GT(o.buffer.records.at(0).key_size, 0U);
}

TEST(Notification, IsDescribedForTheLog) {
  EXPECT_EQ(describe({.id = "s1",
                      .aggregate = "Incremental Snapshot",
                      .type = "PAUSED",
                      .details = {{"connector_name", "p"}, {"data_collections", "public.a"}},
                      .time_ms = 5}),
            "{aggregateType='Incremental Snapshot', type='PAUSED', "
            "additionalData={connector_name=p, data_collections=public.a}, timestamp=5}");
}

}  // namespace
}  // namespace tidewire::event
