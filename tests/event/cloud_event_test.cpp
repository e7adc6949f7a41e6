#include "event/cloud_event.hpp"

#include "event/change_encoder.hpp"
#include "event/heartbeat_encoder.hpp"
#include "tables.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tidewire::event {
namespace {

options cloud_options() {
  options how;
  how.topic_prefix = "dbserver1";
  how.database = "golden";
  how.key_schemas = false;
  how.cloud_events = true;
  how.cloud_event_schemas = false;
  return how;
}

change_context some_context() {
  change_context context;
  context.position = lsn{844017608};
  context.last_commit = lsn{844017600};
  context.xid = 4027;
  context.time_us = 1'795'331'720'067'000;
  return context;
}

std::string inserted(const options& how, bool in_transaction = false) {
  streams names;
  record_buffer buffer;
  single_output out(buffer);
  transaction_encoder transactions(how, names, out);
  change_encoder encoder(how, out, in_transaction ? &transactions : nullptr);
  const auto table = test::table("s", "t", {test::not_null(test::column("id", type_oid::int4))});
  const auto plan = make_plan(table, test::catalog(), how, names, origin::stream);
  change_context context = some_context();
  if (in_transaction) transactions.begin(context);
  const std::vector<postgres::value_view> row = {test::text("7")};
  encoder.insert(*plan, row, context);
  return std::string(buffer.value(buffer.records.back()));
}

TEST(CloudEvent, HasTheAttributesOfDebezium) {
  EXPECT_EQ(
      inserted(cloud_options()),
      R"({"id":"name:dbserver1;lsn:844017608;txId:4027;sequence:[\"844017600\",\"844017608\"]",)"
      R"("source":"/debezium/postgresql/dbserver1","specversion":"1.0","type":"io.debezium.connector.postgresql.DataChangeEvent",)"
      R"("time":"2026-11-22T07:15:20.067Z","datacontenttype":"application/json","iodebeziumop":"c",)"
      R"("iodebeziumversion":"2.5.3.Final","iodebeziumconnector":"postgresql","iodebeziumname":"dbserver1",)"
      R"("iodebeziumtsms":"1795331720067","iodebeziumsnapshot":"false","iodebeziumdb":"golden",)"
      R"("iodebeziumsequence":"[\"844017600\",\"844017608\"]","iodebeziumschema":"s","iodebeziumtable":"t",)"
      R"("iodebeziumtxId":"4027","iodebeziumlsn":"844017608","iodebeziumxmin":null,"iodebeziumtxid":null,)"
      R"("iodebeziumtxtotalorder":null,"iodebeziumtxdatacollectionorder":null,"data":{"before":null,"after":{"id":7}}})");
}

TEST(CloudEvent, TellsItsPlaceInATransaction) {
  options how = cloud_options();
  how.transaction_metadata = true;
  EXPECT_NE(
      inserted(how, true).find(
          R"("iodebeziumtxid":"4027:844017608","iodebeziumtxtotalorder":"1","iodebeziumtxdatacollectionorder":"1")"),
      std::string::npos);
}

TEST(CloudEvent, HoldsTheSchemaOfItsDataWhereThatIsWanted) {
  options how = cloud_options();
  how.cloud_event_schemas = true;
  const std::string row =
      R"({"type":"struct","fields":[{"type":"int32","optional":false,"field":"id"}],"optional":true,"name":"dbserver1.s.t.Value",)";
  EXPECT_NE(
      inserted(how).find(
          R"("data":{"schema":{"type":"struct","fields":[)" + row + R"("field":"before"},)" + row +
          R"("field":"after"}],"optional":false,"name":"io.debezium.connector.postgresql.Data"},"payload":{"before":null,)"),
      std::string::npos);
}

TEST(CloudEvent, LeavesExtensionsOutWhereTheyAreNotWanted) {
  options how = cloud_options();
  how.cloud_event_extensions = false;
  const std::string event = inserted(how);
  EXPECT_NE(event.find(R"("datacontenttype":"application/json","data":{"before":null,)"),
            std::string::npos);
  EXPECT_EQ(event.find("iodebezium"), std::string::npos);
}

TEST(CloudEvent, IsMadeOfChangesOnly) {
  const options how = cloud_options();
  streams names;
  record_buffer buffer;
  single_output out(buffer);
  heartbeat_encoder heartbeats(how, names, out);
  change_context context = some_context();
  heartbeats.beat(context);
  ASSERT_EQ(buffer.records.size(), 1U);
  EXPECT_EQ(buffer.value(buffer.records[0]), "");
  EXPECT_NE(buffer.key(buffer.records[0]), "");
}

}  // namespace
}  // namespace tidewire::event
