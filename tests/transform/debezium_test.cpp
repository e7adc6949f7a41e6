#include "changes.hpp"

#include <gmock/gmock.h>

namespace tidewire::transform::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

definition unwrap(option_list options = {}) {
  return step_of(debezium + "ExtractNewRecordState", std::move(options), "unwrap");
}

TEST(ExtractNewRecordState, LeavesTheRowWithItsOwnSchemaThatIsNoLongerOptional) {
  EXPECT_EQ(only({unwrap()}, insert()).value,
            document(R"({"type":"struct","fields":)" + row_fields +
                         R"(,"optional":false,"name":"s.public.t.Value"})",
                     ann));
  EXPECT_EQ(only({unwrap()}, insert(), without_schemas),
            (message{"s.public.t", R"({"id":1})", ann}));
}

TEST(ExtractNewRecordState, DropsDeletesAndTombstonesByDefault) {
  EXPECT_THAT(pass({unwrap()}, {removal(), tombstone()}).out, IsEmpty());
}

TEST(ExtractNewRecordState, MakesDeletesNullWithTheSchemaWhereTheyAreNotHandled) {
  const auto out = pass({unwrap({{"delete.handling.mode", "none"}, {"drop.tombstones", "false"}})},
                        {removal(), tombstone()});
  ASSERT_EQ(out.out.size(), 2U);
  EXPECT_EQ(out.out[0].value,
            document(R"({"type":"struct","fields":)" + row_fields +
                         R"(,"optional":true,"name":"s.public.t.Value"})",
                     "null"));
  EXPECT_EQ(out.out[1], tombstone());
  EXPECT_EQ(only({unwrap({{"delete.handling.mode", "none"}})}, removal(), without_schemas).value,
            "null");
}

TEST(ExtractNewRecordState, RewritesDeletesToTheOldRow) {
  const option_list rewrite{{"delete.handling.mode", "rewrite"},
                            {"add.fields", "op,table,source.lsn,transaction.id,nosuch"}};
  EXPECT_EQ(
      only({unwrap(rewrite)}, removal(), without_schemas).value,
      R"({"id":1,"name":null,"at":5,"__deleted":"true","__op":"d","__table":"t","__source_lsn":77,"__transaction_id":null})");
  const auto inserted = only({unwrap(rewrite)}, insert());
  EXPECT_THAT(
      inserted.value,
      HasSubstr(
          R"({"type":"string","optional":true,"field":"__deleted"},{"type":"string","optional":true,"field":"__op"})"));
  EXPECT_THAT(inserted.value, HasSubstr(R"("__deleted":"false","__op":"c")"));
}

/// With another text in place of the first of that kind in its value.
message replaced(message in, const std::string& text, const std::string& with) {
  in.value.replace(in.value.find(text), text.size(), with);
  return in;
}

TEST(ExtractNewRecordState, AddsWhatIsSetInTheSourceAndNotItsDefault) {
  const std::string lsn_shape = R"({"type":"int64","optional":true,"field":"lsn"})";
  const auto with = [&](const std::string& marker) {
    const message shaped = replaced(
        insert(),
        lsn_shape,
        lsn_shape + R"(,{"type":"string","optional":true,"default":"false","field":"snapshot"})");
    return replaced(shaped, R"("lsn":77)", R"("lsn":77,"snapshot":")" + marker + '"');
  };
  const option_list added{{"add.fields", "source.snapshot"}};
  EXPECT_THAT(only({unwrap(added)}, with("false"), without_schemas).value,
              HasSubstr(R"("__source_snapshot":null)"));
  EXPECT_THAT(only({unwrap(added)}, with("last"), without_schemas).value,
              HasSubstr(R"("__source_snapshot":"last")"));
}

TEST(ExtractNewRecordState, AddsAColumnOfTheRowAlsoWhereItHoldsItsDefault) {
  const message at_default = change("c", "null", R"({"id":1,"name":"Ann","at":5})");
  EXPECT_THAT(only({unwrap({{"add.fields", "after.at"}})}, at_default, without_schemas).value,
              HasSubstr(R"("__after_at":5)"));
}

TEST(ExtractNewRecordState, KnowsTheNewerNameOfItsDeleteHandling) {
  const auto out = pass({unwrap({{"delete.tombstone.handling.mode", "rewrite-with-tombstone"}})},
                        {removal(), tombstone()});
  ASSERT_EQ(out.out.size(), 2U);
  EXPECT_THAT(out.out[0].value, HasSubstr(R"("__deleted":"true")"));
  EXPECT_EQ(out.out[1].value, "");
  EXPECT_EQ(
      pass({unwrap({{"delete.tombstone.handling.mode", "tombstone"}})}, {removal(), tombstone()})
          .out.size(),
      1U);
}

TEST(ExtractNewRecordState, RoutesByAColumnAndNamesFieldsAsAsked) {
  const auto routed = only({unwrap({{"route.by.field", "name"},
                                    {"add.fields", "op:OPERATION,table"},
                                    {"add.fields.prefix", ""}})},
                           insert(),
                           without_schemas);
  EXPECT_EQ(
      routed,
      (message{
          "Ann", R"({"id":1})", R"({"id":1,"name":"Ann","at":7,"OPERATION":"c","table":"t"})"}));
}

TEST(ExtractNewRecordState, PassesOnWhatIsNoChangeAndDropsTruncates) {
  const message heartbeat{
      "beats",
      document(R"({"type":"struct","fields":[],"optional":false,"name":"k"})", "{}"),
      document(
          R"({"type":"struct","fields":[{"type":"int64","optional":false,"field":"ts_ms"}],"optional":false,"name":"io.debezium.connector.common.Heartbeat","version":1})",
          R"({"ts_ms":1})")};
  EXPECT_EQ(only({unwrap()}, heartbeat), heartbeat);
  EXPECT_THAT(pass({unwrap()}, {change("t", "null", "null")}).out, IsEmpty());
}

TEST(ByLogicalTableRouter, RenamesTopicAndSchemasAndTellsTheTablesApart) {
  const auto routed = only({step_of(debezium + "ByLogicalTableRouter",
                                    {{"topic.regex", R"((.*)\.public\.(.*))"},
                                     {"topic.replacement", "$1.all"},
                                     {"key.field.name", "tab"},
                                     {"key.field.regex", R"(.*\.(.*))"},
                                     {"key.field.replacement", "$1"}})},
                           insert());
  EXPECT_EQ(routed.topic, "s.all");
  EXPECT_EQ(
      routed.key,
      document(
          R"({"type":"struct","fields":[)" + id_shape +
              R"(,{"type":"string","optional":false,"field":"tab"}],"optional":false,"name":"s.all.Key"})",
          R"({"id":1,"tab":"t"})"));
  EXPECT_THAT(routed.value, HasSubstr(R"("name":"s.all.Envelope","version":1},"payload":)"));
  EXPECT_THAT(routed.value, HasSubstr(R"("optional":true,"name":"s.all.Value","field":"after")"));
  EXPECT_THAT(routed.value, Not(HasSubstr("s.public.t")));
}

TEST(ByLogicalTableRouter, LeavesTombstonesAndKeylessRecordsWhatTheyAre) {
  const auto router = step_of(debezium + "ByLogicalTableRouter",
                              {{"topic.regex", ".*"}, {"topic.replacement", "all"}});
  const auto dead = only({router}, tombstone(), without_schemas);
  EXPECT_EQ(dead,
            (message{"all", R"({"id":1,"__dbz__physicalTableIdentifier":"s.public.t"})", ""}));
  message keyless = insert();
  keyless.key.reset();
  EXPECT_EQ(only({router}, keyless).key, std::nullopt);
  EXPECT_EQ(only({step_of(debezium + "ByLogicalTableRouter",
                          {{"topic.regex", "x"}, {"topic.replacement", "y"}})},
                 insert()),
            insert());
}

message outbox(
    const std::string& payload,
    const std::string& payload_type =
        R"("type":"string","optional":true,"name":"io.debezium.data.Json","version":1)") {
  const std::string row =
      R"({"type":"struct","fields":[{"type":"string","optional":false,"field":"id"},{"type":"string","optional":false,"field":"aggregatetype"},{"type":"string","optional":false,"field":"aggregateid"},{"type":"int32","optional":true,"field":"v"},{)" +
      payload_type +
      R"(,"field":"payload"}],"optional":true,"name":"s.public.outbox.Value","field":")";
  return {
      .topic = "s.public.outbox",
      .key = std::nullopt,
      .value = document(
          R"({"type":"struct","fields":[)" + row + R"(before"},)" + row +
              R"(after"},{"type":"string","optional":false,"field":"op"},{"type":"int64","optional":true,"field":"ts_ms"}],"optional":false,"name":"s.public.outbox.Envelope","version":1})",
          R"({"before":null,"after":{"id":"e1","aggregatetype":"Order","aggregateid":"42","v":3,"payload":)" +
              payload + R"(},"op":"c","ts_ms":86400000})")};
}
definition router(option_list options = {}) {
  return step_of(debezium + "outbox.EventRouter", std::move(options), "outbox");
}

TEST(EventRouter, SendsThePayloadToTheTopicOfItsAggregate) {
  EXPECT_EQ(
      only({router()}, outbox(R"("{\"a\": 1}")")),
      (message{
          "outbox.event.Order",
          R"({"schema":{"type":"string","optional":false},"payload":"42"})",
          R"({"schema":{"type":"string","optional":true,"name":"io.debezium.data.Json","version":1},"payload":"{\"a\": 1}"})"}));
  EXPECT_EQ(only({router()}, outbox("null"), without_schemas),
            (message{"outbox.event.Order", "\"42\"", "null"}));
  EXPECT_EQ(only({router({{"route.tombstone.on.empty.payload", "true"}})}, outbox("\" \"")).value,
            "");
}

TEST(EventRouter, PassesOverDeletesUpdatesAndTombstones) {
  EXPECT_THAT(pass({router()}, {tombstone(), removal(), change("u", "null", ann)}).out, IsEmpty());
  EXPECT_THAT(
      pass({router({{"table.op.invalid.behavior", "fatal"}})}, {change("u", "null", ann)}).trouble,
      HasSubstr("transform outbox: EventRouter"));
}

TEST(EventRouter, ExpandsJsonIntoAStruct) {
  const auto out = only(
      {router({{"table.expand.json.payload", "true"}})},
      outbox(
          R"("{\"a\": 1, \"b\": {\"c\": [1.50, 2], \"d\": null}, \"e\": [{\"x\": 1}, {\"y\": true}], \"f\": 5000000000}")"));
  // 1.50 and 2 are numbers of different types, which Debezium refuses: the payload stays as it is.
  EXPECT_THAT(out.value, HasSubstr("io.debezium.data.Json"));
  const auto good = only(
      {router({{"table.expand.json.payload", "true"}})},
      outbox(
          R"("{\"a\": 1, \"b\": {\"c\": [1.50, 2.0], \"d\": null}, \"e\": [{\"x\": 1}, {\"y\": true}], \"f\": 5000000000}")"));
  EXPECT_EQ(
      good.value,
      document(
          R"({"type":"struct","fields":[{"type":"int32","optional":true,"field":"a"},{"type":"struct","fields":[{"type":"array","items":{"type":"double","optional":true},"optional":true,"field":"c"}],"optional":true,"name":"payload.b","field":"b"},{"type":"array","items":{"type":"struct","fields":[{"type":"int32","optional":true,"field":"x"},{"type":"boolean","optional":true,"field":"y"}],"optional":false,"name":"payload.e"},"optional":true,"field":"e"},{"type":"int64","optional":true,"field":"f"}],"optional":true,"name":"payload"})",
          R"({"a":1,"b":{"c":[1.5,2.0]},"e":[{"x":1,"y":null},{"x":null,"y":true}],"f":5000000000})"));
  EXPECT_THAT(only({router({{"table.expand.json.payload", "true"}})}, outbox("\"plain\"")).value,
              HasSubstr(R"("payload":"plain")"));
}

TEST(EventRouter, ExpandsTheFirstDocumentOfAPayload) {
  const auto expanded = [](const std::string& payload) {
    return only({router({{"table.expand.json.payload", "true"}})}, outbox(payload)).value;
  };
  EXPECT_THAT(expanded(R"("{\"a\": \"}\"} behind it")"), HasSubstr(R"("payload":{"a":"}"}})"));
  EXPECT_THAT(expanded(R"("{\"a\": 1, \"a\": \"last\"}")"),
              HasSubstr(R"("payload":{"a":"last"}})"));
  EXPECT_THAT(expanded(R"("{\"a\": 1")"), HasSubstr(R"("payload":"{\"a\": 1"})"));
}

TEST(EventRouter, LeavesAPayloadAloneWhoseObjectsDisagree) {
  const auto expanded = [](const std::string& payload) {
    return only({router({{"table.expand.json.payload", "true"}})}, outbox('"' + payload + '"'))
        .value;
  };
  // Debezium: "JSON expansion failed", for each of these.
  for (const std::string second :
       {R"([1])", R"([])", R"({\"b\":1})", R"(\"s\")", "5000000000", "1.5", "true"}) {
    const std::string payload = R"({\"x\":[{\"a\":1},{\"a\":)" + second + "}]}";
    EXPECT_THAT(expanded(payload), HasSubstr(R"("payload":")" + payload + '"')) << second;
  }
  EXPECT_THAT(expanded(R"({\"x\":[{\"a\":{\"b\":1}},{\"a\":{\"c\":1}}]})"),
              HasSubstr(R"("payload":{"x":[{"a":{"b":1}},{"a":{"b":null}}]})"));
}

TEST(EventRouter, PutsAdditionalColumnsIntoTheEnvelope) {
  const auto out =
      only({router({{"table.fields.additional.placement", "v:envelope:version,id:header:eventId"},
                    {"table.field.event.schema.version", "v"}})},
           outbox("\"x\""));
  EXPECT_EQ(
      out.value,
      document(
          R"({"type":"struct","fields":[{"type":"string","optional":true,"name":"io.debezium.data.Json","version":1,"field":"payload"},{"type":"int32","optional":true,"field":"version"}],"optional":false,"name":"s.public.outbox.Order.Value","version":3})",
          R"({"payload":"x","version":3})"));
  EXPECT_THAT(
      pass({router({{"table.fields.additional.placement", "nosuch:header"}})}, {outbox("\"x\"")})
          .trouble,
      HasSubstr("nosuch"));
  EXPECT_EQ(pass({router({{"table.fields.additional.placement", "nosuch:header"},
                          {"table.fields.additional.error.on.missing", "false"}})},
                 {outbox("\"x\"")})
                .trouble,
            "");
  EXPECT_THAT(refusal_of(router({{"table.fields.additional.placement", "v:nowhere"}})),
              HasSubstr("table.fields.additional.placement=v:nowhere is not allowed"));
}

TEST(EventRouter, RoutesByOtherColumnsAndGivesTheRecordItsTime) {
  const auto out =
      only({router({{"route.by.field", "aggregateid"},
                    {"route.topic.replacement", "out.${routedByValue}"},
                    {"table.field.event.key", "aggregatetype"}}),
            step_of(kafka + "TimestampRouter",
                    {{"topic.format", "${topic}.${timestamp}"}, {"timestamp.format", "yyyy-MM"}},
                    "time")},
           outbox("\"x\""),
           without_schemas);
  EXPECT_EQ(out, (message{"out.42.1970-01", "\"Order\"", "\"x\""}));
}

TEST(PatternFilter, LetsThroughTheChangesThatMatchAllPatterns) {
  const chain all({},
                  {},
                  {{"a", "tidewire.filter.a.pattern", R"({"op":["c","r","d"]})"},
                   {"b",
                    "tidewire.filter.b.pattern",
                    R"({"source":{"table":["t"]},"after":{"id":[{"exists":true}]}})"}});
  EXPECT_TRUE(all.needs_content());
  event::streams names;
  event::record_buffer sent;
  event::single_output to(sent);
  transformed_output through(all, {}, names, to);
  for (const message& one : {insert(), change("u", "null", ann), removal(), tombstone()})
    put(one, through.for_key(0), names);
  ASSERT_TRUE(through.pass());
  ASSERT_EQ(sent.records.size(), 2U);
  EXPECT_EQ(sent.value(sent.records[0]), insert().value);
  EXPECT_EQ(sent.value(sent.records[1]), "") << "a tombstone is not asked";
}

TEST(PatternFilter, RefusesWhatIsNoPattern) {
  try {
    const chain all({}, {}, {{"a", "tidewire.filter.a.pattern", "{}"}});
    FAIL() << "an empty pattern is none";
  } catch (const startup_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("tidewire.filter.a.pattern={} is not allowed: "));
  }
}

TEST(ExtractChangedRecordState, PutsHeadersOnUpdatesThatShowTheOldRow) {
  const auto marked = step_of(
      debezium + "ExtractChangedRecordState", {{"header.changed.name", "Changed"}}, "changes");
  auto drop = step_of(kafka + "Filter", {}, "drop");
  drop.predicate = "has";
  const definition has{.name = "has",
                       .prefix = "debezium.predicates.has.",
                       .class_name = kafka + "predicates.HasHeaderKey",
                       .options = {{"name", "Changed"}},
                       .predicate = {},
                       .negate = false};
  EXPECT_THAT(pass({marked, drop}, {change("u", ann, ann)}, {}, {has}).out, IsEmpty());
  for (const message& other : {insert(), removal(), change("u", "null", ann), tombstone()})
    EXPECT_EQ(pass({marked, drop}, {other}, {}, {has}).out.size(), 1U);
}

TEST(PartitionRouting, LeavesRecordsAsTheyAre) {
  const auto routed =
      step_of(debezium + "partitions.PartitionRouting",
              {{"partition.payload.fields", "change.id"}, {"partition.topic.num", "2"}});
  EXPECT_EQ(only({routed}, insert()), insert());
}

}  // namespace
}  // namespace tidewire::transform::test
