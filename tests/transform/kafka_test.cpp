#include "changes.hpp"

#include <gmock/gmock.h>

namespace tidewire::transform::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string two =
    R"({"type":"int32","optional":false,"field":"a"},{"type":"string","optional":true,"default":"z","field":"b"})";
message sample() {
  return flat(two, R"({"a":5,"b":"x\"y"})");
}

std::string value_after(const std::string& class_name,
                        option_list options,
                        const message& in = sample()) {
  return only({step_of(kafka + class_name, std::move(options))}, in, without_schemas).value;
}
std::string schema_after(const std::string& class_name,
                         option_list options,
                         const message& in = sample()) {
  const std::string text = only({step_of(kafka + class_name, std::move(options))}, in).value;
  return text.substr(0, text.find(",\"payload\""));
}

TEST(RegexRouter, ReplacesTheFirstMatchOfATopicThatMatchesAsAWhole) {
  const auto topic = [](const char* regex, const char* replacement) {
    return only({step_of(kafka + "RegexRouter", {{"regex", regex}, {"replacement", replacement}})},
                insert())
        .topic;
  };
  EXPECT_EQ(topic(R"(s\.(\w+)\.(\w+))", "cdc-$2_$1"), "cdc-t_public");
  EXPECT_EQ(topic(R"(s\.(?<schema>.*)\.t)", "${schema}"), "public");
  EXPECT_EQ(topic("public", "x"), "s.public.t");
  EXPECT_EQ(topic(".*", R"(\$1)"), "$1");
  EXPECT_EQ(topic("(s).*", "$12"), "s2") << "there is no group 12";
  EXPECT_EQ(topic("s|s.*", "x"), "x.public.t")
      << "Java looks again, and finds the shorter one first";
}

TEST(RegexRouter, PassesTheBytesOnWithoutReadingThem) {
  const message odd{"s.a", "key bytes", "value bytes"};
  EXPECT_EQ(
      only({step_of(kafka + "RegexRouter", {{"regex", R"(s\.(.*))"}, {"replacement", "$1"}})}, odd),
      (message{"a", "key bytes", "value bytes"}));
  const chain all({step_of(kafka + "RegexRouter", {{"regex", "a"}, {"replacement", "b"}})}, {});
  EXPECT_FALSE(all.needs_content());
}

TEST(RegexRouter, WhatStandsInNoOrderStandsInNoneBehindIt) {
  const message lone{
      .topic = "s.a", .key = std::nullopt, .value = "value bytes", .lone_hash = std::uint64_t{7}};
  const auto out = only(
      {step_of(kafka + "RegexRouter", {{"regex", R"(s\.(.*))"}, {"replacement", "$1"}})}, lone);
  EXPECT_EQ(out.topic, "a");
  EXPECT_EQ(out.lone_hash, 7U);
}

TEST(RegexRouter, RefusesWhatIsNoExpressionOrNamesNoGroup) {
  EXPECT_THAT(refusal_of(step_of(kafka + "RegexRouter", {{"regex", "("}, {"replacement", "b"}})),
              HasSubstr("debezium.transforms.t.regex: `(` is not a regular expression"));
  EXPECT_THAT(refusal_of(step_of(kafka + "RegexRouter", {{"regex", "a"}, {"replacement", "$1"}})),
              HasSubstr("names group 1"));
  EXPECT_THAT(refusal_of(step_of(kafka + "RegexRouter", {{"replacement", "x"}})),
              HasSubstr("debezium.transforms.t.regex is not set"));
}

TEST(InsertField, AddsTopicAndConstantsAndLeavesTombstones) {
  EXPECT_EQ(value_after("InsertField$Value",
                        {{"static.field", "env"},
                         {"static.value", "prod"},
                         {"topic.field", "topic!"},
                         {"timestamp.field", "when"}}),
            R"({"a":5,"b":"x\"y","topic":"s.public.t","when":null,"env":"prod"})");
  EXPECT_THAT(
      schema_after("InsertField$Value", {{"topic.field", "topic!"}, {"timestamp.field", "when"}}),
      HasSubstr(
          R"({"type":"string","optional":false,"field":"topic"},{"type":"int64","optional":true,"name":"org.apache.kafka.connect.data.Timestamp","version":1,"field":"when"}])"));
  const auto step =
      step_of(kafka + "InsertField$Value", {{"static.field", "env"}, {"static.value", "prod"}});
  EXPECT_EQ(only({step}, tombstone()), tombstone());
  EXPECT_EQ(
      only({step_of(kafka + "InsertField$Key", {{"static.field", "k"}, {"static.value", "v"}})},
           tombstone(),
           without_schemas)
          .key,
      R"({"id":1,"k":"v"})");
  EXPECT_THAT(refusal_of(step_of(kafka + "InsertField$Value", {{"offset.field", "o"}})),
              HasSubstr("offset"));
}

TEST(ReplaceField, LeavesOutAndRenames) {
  EXPECT_EQ(value_after("ReplaceField$Value", {{"exclude", "a"}}), R"({"b":"x\"y"})");
  EXPECT_EQ(value_after("ReplaceField$Value", {{"include", "a"}, {"renames", "a:A,b:B"}}),
            R"({"A":5})");
  EXPECT_EQ(value_after("ReplaceField$Value", {{"blacklist", "b"}}), R"({"a":5})");
  EXPECT_THAT(refusal_of(step_of(kafka + "ReplaceField$Value", {{"renames", "a"}})),
              HasSubstr("old:new"));
}

TEST(MaskField, PutsNothingOrTheReplacementInTheMembersPlace) {
  EXPECT_EQ(value_after("MaskField$Value", {{"fields", "a,b,c"}}), R"({"a":0,"b":""})");
  EXPECT_EQ(value_after("MaskField$Value", {{"fields", "a"}, {"replacement", "12"}}),
            R"({"a":12,"b":"x\"y"})");
  EXPECT_EQ(value_after("MaskField$Value", {{"fields", "b"}, {"replacement", "**"}}),
            R"({"a":5,"b":"**"})");
  EXPECT_THAT(pass({step_of(kafka + "MaskField$Value", {{"fields", "a"}, {"replacement", "**"}})},
                   {sample()})
                  .trouble,
              HasSubstr("cannot mask a"));
  const auto money = flat(
      R"({"type":"bytes","optional":false,"name":"org.apache.kafka.connect.data.Decimal","version":1,"parameters":{"scale":"2"},"field":"m"})",
      R"({"m":"AQA="})");
  EXPECT_EQ(value_after("MaskField$Value", {{"fields", "m"}}, money), R"({"m":"AA=="})");
  EXPECT_EQ(value_after("MaskField$Value", {{"fields", "m"}, {"replacement", "1.00"}}, money),
            R"({"m":"ZA=="})");
}

TEST(ValueToKey, GivesAnOrderToWhatHadNone) {
  message lone = sample();
  lone.key.reset();
  lone.lone_hash = 7;
  const auto keyed = only({step_of(kafka + "ValueToKey", {{"fields", "a"}})}, lone);
  EXPECT_TRUE(keyed.key.has_value());
  EXPECT_EQ(keyed.lone_hash, std::nullopt) << "its hash is that of its key";
  const auto other = only(
      {step_of(kafka + "InsertField$Value", {{"static.field", "c"}, {"static.value", "d"}})}, lone);
  EXPECT_EQ(other.lone_hash, 7U) << "read and written anew, and still without a key";
}

TEST(ValueToKey, MakesTheKeyOfMembers) {
  const auto out = only({step_of(kafka + "ValueToKey", {{"fields", "b,a"}})}, sample());
  EXPECT_EQ(
      out.key,
      document(
          R"({"type":"struct","fields":[{"type":"string","optional":true,"default":"z","field":"b"},{"type":"int32","optional":false,"field":"a"}],"optional":false})",
          R"({"b":"x\"y","a":5})"));
  EXPECT_EQ(out.value, sample().value);
  EXPECT_THAT(pass({step_of(kafka + "ValueToKey", {{"fields", "nosuch"}})}, {sample()}).trouble,
              HasSubstr("no field nosuch"));
  EXPECT_EQ(only({step_of(kafka + "ValueToKey", {{"fields", "a"}, {"topics", "other"}})}, sample()),
            sample());
}

TEST(HoistAndExtractField, WrapAndUnwrap) {
  EXPECT_EQ(only({step_of(kafka + "ExtractField$Key", {{"field", "id"}})}, insert()).key,
            R"({"schema":{"type":"int32","optional":false,"default":0},"payload":1})");
  EXPECT_EQ(
      only({step_of(kafka + "HoistField$Key", {{"field", "k"}})}, tombstone()).key,
      document(R"({"type":"struct","fields":[{"type":"struct","fields":[)" + id_shape +
                   R"(],"optional":false,"name":"s.public.t.Key","field":"k"}],"optional":false})",
               R"({"k":{"id":1}})"));
  EXPECT_EQ(only({step_of(kafka + "HoistField$Value", {{"field", "v"}})}, tombstone()).value,
            R"({"schema":null,"payload":{"v":null}})");
  EXPECT_EQ(value_after("ExtractField$Value", {{"field", "after"}}, insert()), ann);
  EXPECT_EQ(only({step_of(kafka + "ExtractField$Value", {{"field", "after"}})}, tombstone()),
            tombstone());
  EXPECT_THAT(pass({step_of(kafka + "ExtractField$Value", {{"field", "x"}})}, {sample()}).trouble,
              HasSubstr("no field x"));
}

TEST(Cast, TurnsNumbersAndTextsIntoOneAnother) {
  const auto numbers = flat(
      R"({"type":"int32","optional":false,"default":300,"field":"i"},{"type":"double","optional":true,"field":"d"},{"type":"string","optional":false,"field":"s"},{"type":"boolean","optional":false,"field":"t"})",
      R"({"i":300,"d":-2.75,"s":"12","t":true})");
  EXPECT_EQ(value_after("Cast$Value", {{"spec", "i:int8,d:int32,s:float64,t:string"}}, numbers),
            R"({"i":44,"d":-2,"s":12.0,"t":"true"})");
  EXPECT_EQ(value_after("Cast$Value", {{"spec", "i:string,d:boolean,s:int16,t:int64"}}, numbers),
            R"({"i":"300","d":true,"s":12,"t":1})");
  EXPECT_EQ(value_after("Cast$Value", {{"spec", "i:float32"}}, numbers),
            R"({"i":300.0,"d":-2.75,"s":"12","t":true})");
  EXPECT_THAT(
      schema_after("Cast$Value", {{"spec", "i:string,d:float32"}}, numbers),
      HasSubstr(
          R"([{"type":"string","optional":false,"default":"300","field":"i"},{"type":"float","optional":true,"field":"d"})"));
  EXPECT_THAT(pass({step_of(kafka + "Cast$Value", {{"spec", "s:int8"}})},
                   {flat(R"({"type":"string","optional":false,"field":"s"})", R"({"s":"300"})")})
                  .trouble,
              HasSubstr("cannot become int8"));
  EXPECT_THAT(refusal_of(step_of(kafka + "Cast$Value", {{"spec", "a:bytes"}})),
              HasSubstr("spec=a:bytes is not allowed"));
}

TEST(Cast, ReadsDecimalsAndDates) {
  const auto in = flat(
      R"({"type":"bytes","optional":false,"name":"org.apache.kafka.connect.data.Decimal","version":1,"parameters":{"scale":"2"},"field":"m"},{"type":"int32","optional":false,"name":"org.apache.kafka.connect.data.Date","version":1,"field":"d"})",
      R"({"m":"/zg=","d":19723})");
  EXPECT_EQ(value_after("Cast$Value", {{"spec", "m:string,d:string"}}, in),
            R"({"m":"-2.00","d":"2024-01-01"})");
  EXPECT_EQ(value_after("Cast$Value", {{"spec", "m:float64,d:int64"}}, in),
            R"({"m":-2.0,"d":19723})");
}

TEST(Cast, CastsAKeyThatIsNoStruct) {
  const auto out = only({step_of(kafka + "ExtractField$Key", {{"field", "id"}}, "e"),
                         step_of(kafka + "Cast$Key", {{"spec", "string"}})},
                        insert());
  EXPECT_EQ(out.key,
            R"({"schema":{"type":"string","optional":false,"default":"0"},"payload":"1"})");
}

TEST(TimestampConverter, TurnsMicrosecondsIntoTextAndBack) {
  const auto in = flat(
      R"({"type":"int64","optional":true,"name":"io.debezium.time.MicroTimestamp","version":1,"default":1,"field":"at"})",
      R"({"at":1704164645678901})");
  const option_list to_text{{"field", "at"},
                            {"target.type", "string"},
                            {"unix.precision", "microseconds"},
                            {"format", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX EEE"}};
  EXPECT_EQ(value_after("TimestampConverter$Value", to_text, in),
            R"({"at":"2024-01-02T03:04:05.678Z Tue"})");
  EXPECT_THAT(schema_after("TimestampConverter$Value", to_text, in),
              HasSubstr(R"([{"type":"string","optional":true,"field":"at"}])"));
  const option_list to_timestamp{
      {"field", "at"}, {"target.type", "Timestamp"}, {"unix.precision", "microseconds"}};
  EXPECT_EQ(value_after("TimestampConverter$Value", to_timestamp, in), R"({"at":1704164645678})");
  EXPECT_THAT(
      schema_after("TimestampConverter$Value", to_timestamp, in),
      HasSubstr(
          R"({"type":"int64","optional":true,"name":"org.apache.kafka.connect.data.Timestamp","version":1,"field":"at"})"));
  EXPECT_EQ(
      value_after("TimestampConverter$Value",
                  {{"field", "at"}, {"target.type", "Date"}, {"unix.precision", "microseconds"}},
                  in),
      R"({"at":19724})");
  EXPECT_EQ(
      value_after("TimestampConverter$Value",
                  {{"field", "at"}, {"target.type", "Time"}, {"unix.precision", "microseconds"}},
                  in),
      R"({"at":11045678})");
  const auto text = flat(R"({"type":"string","optional":false,"field":"at"})",
                         R"({"at":"02 Jan 2024 03:04 PM"})");
  EXPECT_EQ(
      value_after("TimestampConverter$Value",
                  {{"field", "at"}, {"target.type", "unix"}, {"format", "dd MMM yyyy hh:mm a"}},
                  text),
      R"({"at":1704207840000})");
}

TEST(TimestampConverter, CountsByTheJulianCalendarBeforeTheReform) {
  const auto written = [](std::string_view ms) {
    return value_after("TimestampConverter$Value",
                       {{"field", "at"}, {"target.type", "string"}, {"format", "yyyy-MM-dd G D"}},
                       flat(R"({"type":"int64","optional":false,"field":"at"})",
                            R"({"at":)" + std::string(ms) + "}"));
  };
  EXPECT_EQ(written("-12219292800000"), R"({"at":"1582-10-15 AD 278"})");
  EXPECT_EQ(written("-12219292800001"), R"({"at":"1582-10-04 AD 277"})");
  EXPECT_EQ(written("-62135769600000"), R"({"at":"0001-01-01 AD 1"})");
  EXPECT_EQ(written("-62135769600001"), R"({"at":"0001-12-31 BC 366"})");
  const auto read = [](std::string_view text) {
    return value_after("TimestampConverter$Value",
                       {{"field", "at"}, {"target.type", "unix"}, {"format", "yyyy-MM-dd"}},
                       flat(R"({"type":"string","optional":false,"field":"at"})",
                            R"({"at":")" + std::string(text) + R"("})"));
  };
  EXPECT_EQ(read("1582-10-15"), R"({"at":-12219292800000})");
  EXPECT_EQ(read("1582-10-04"), R"({"at":-12219379200000})");
  EXPECT_EQ(read("1582-10-10"), R"({"at":-12218860800000})") << "a day that was left out";
  EXPECT_EQ(read("1500-02-30"), read("1500-03-01")) << "1500 had a leap day";
}

TEST(TimestampConverter, LeavesTombstonesAndSaysWhatItCannotRead) {
  const option_list options{{"field", "b"}, {"target.type", "unix"}, {"format", "yyyy"}};
  EXPECT_EQ(only({step_of(kafka + "TimestampConverter$Value", options)}, tombstone()), tombstone());
  EXPECT_THAT(pass({step_of(kafka + "TimestampConverter$Value", options)}, {sample()}).trouble,
              HasSubstr("b holds no moment"));
  for (const std::string_view year : {"9999999999", "2147483647"})
    EXPECT_THAT(pass({step_of(kafka + "TimestampConverter$Value",
                              {{"field", "at"}, {"target.type", "unix"}, {"format", "yyyy"}})},
                     {flat(R"({"type":"string","optional":false,"field":"at"})",
                           R"({"at":")" + std::string(year) + R"("})")})
                    .trouble,
                HasSubstr("at holds no moment"));
  EXPECT_THAT(refusal_of(step_of(kafka + "TimestampConverter$Value", {{"target.type", "string"}})),
              HasSubstr("format is not set"));
  EXPECT_THAT(refusal_of(step_of(kafka + "TimestampConverter$Value",
                                 {{"target.type", "string"}, {"format", "qq"}})),
              HasSubstr("format=qq"));
}

TEST(Flatten, JoinsTheNamesAndInheritsOptionality) {
  EXPECT_EQ(
      value_after("Flatten$Value", {{"delimiter", "_"}}, insert()),
      R"({"before_id":0,"before_name":null,"before_at":5,"after_id":1,"after_name":"Ann","after_at":7,"source_table":"t","source_lsn":77,"op":"c","transaction_id":null})");
  EXPECT_THAT(schema_after("Flatten$Value", {}, insert()),
              HasSubstr(R"({"type":"int32","optional":true,"default":0,"field":"before.id"})"));
}

TEST(SetSchemaMetadata, NamesTheSchema) {
  EXPECT_THAT(
      schema_after("SetSchemaMetadata$Value", {{"schema.name", "n"}, {"schema.version", "2"}}),
      HasSubstr(R"("optional":false,"name":"n","version":2})"));
  EXPECT_THAT(refusal_of(step_of(kafka + "SetSchemaMetadata$Value", {{"schema.version", "x"}})),
              HasSubstr("an integer"));
}

TEST(Headers, AreKnownByNameOnlyAndMayTakeMembersAway) {
  definition drop = step_of(kafka + "Filter", {}, "drop");
  drop.predicate = "has";
  const std::vector<definition> has{{.name = "has",
                                     .prefix = "debezium.predicates.has.",
                                     .class_name = kafka + "predicates.HasHeaderKey",
                                     .options = {{"name", "h"}},
                                     .predicate = {},
                                     .negate = false}};
  const auto insert_header =
      step_of(kafka + "InsertHeader", {{"header", "h"}, {"value.literal", "1"}}, "i");
  EXPECT_THAT(pass({insert_header, drop}, {sample()}, {}, has).out, IsEmpty());
  EXPECT_EQ(pass({insert_header, step_of(kafka + "DropHeaders", {{"headers", "h"}}, "d"), drop},
                 {sample()},
                 {},
                 has)
                .out.size(),
            1U);
  EXPECT_EQ(
      value_after("HeaderFrom$Value", {{"fields", "a"}, {"headers", "h"}, {"operation", "move"}}),
      R"({"b":"x\"y"})");
  EXPECT_EQ(
      value_after("HeaderFrom$Value", {{"fields", "a"}, {"headers", "h"}, {"operation", "copy"}}),
      R"({"a":5,"b":"x\"y"})");
}

TEST(Predicates, ChooseTheRecordsOfATransform) {
  const auto dropped_by =
      [](const std::string& class_name, option_list options, bool negate, const message& in) {
        definition drop = step_of(kafka + "Filter");
        drop.predicate = "p";
        drop.negate = negate;
        const std::vector<definition> all{{.name = "p",
                                           .prefix = "debezium.predicates.p.",
                                           .class_name = kafka + "predicates." + class_name,
                                           .options = std::move(options),
                                           .predicate = {},
                                           .negate = false}};
        return pass({drop}, {in}, {}, all).out.empty();
      };
  EXPECT_TRUE(dropped_by("TopicNameMatches", {{"pattern", ".*public.*"}}, false, sample()));
  EXPECT_FALSE(dropped_by("TopicNameMatches", {{"pattern", "public"}}, false, sample()));
  EXPECT_TRUE(dropped_by("TopicNameMatches", {{"pattern", "public"}}, true, sample()));
  EXPECT_TRUE(dropped_by("RecordIsTombstone", {}, false, tombstone()));
  EXPECT_FALSE(dropped_by("RecordIsTombstone", {}, false, sample()));
}

TEST(Chain, NamesTheClassesThatThereAre) {
  EXPECT_THAT(refusal_of(step_of("com.example.Nosuch")),
              HasSubstr("there are io.debezium.transforms.ByLogicalTableRouter, "));
  definition lost = step_of(kafka + "Filter");
  lost.predicate = "p";
  EXPECT_THAT(refusal_of(lost), HasSubstr("predicate=p is not one of debezium.predicates"));
}

TEST(Chain, KeepsEveryByteThatNoTransformTouches) {
  const auto in = flat(
      R"({"type":"double","optional":false,"field":"d"},{"type":"map","keys":{"type":"string","optional":false},"values":{"type":"string","optional":true},"optional":true,"field":"m"},{"type":"array","items":{"type":"int32","optional":true},"optional":true,"field":"l"},{"type":"string","optional":true,"field":"ключ \" é"})",
      R"({"d":1.0E10,"m":{"a":"}","b":null},"l":[1,null,3],"ключ \" é":"\\\"\u001F😀"})");
  EXPECT_EQ(only({step_of(kafka + "ReplaceField$Value", {{"exclude", "nosuch"}})}, in), in);
}

}  // namespace
}  // namespace tidewire::transform::test
