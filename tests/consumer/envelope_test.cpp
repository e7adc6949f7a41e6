#include "consumer/envelope.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace tidewire::consumer {
namespace {

const std::string source =
    R"({"version":"2.5.3.Final","connector":"postgresql","name":"kinesis","ts_ms":1795330254490,"snapshot":"false","db":"inventory_db",)"
    R"("sequence":"[null,\"170854008\"]","schema":"inventory","table":"products","txId":1354,"lsn":170854008,"xmin":null})";
const std::string payload = R"({"before":null,"after":{"id":1,"weight":3.140},"source":)" + source +
                            R"(,"op":"c","ts_ms":1795330254644,"transaction":null})";
const std::string detail = R"({"schema":{"type":"struct"},"payload":)" + payload + "}";

/// The event as EventBridge sends it, each member as JSON text; an empty text leaves the member
/// out.
std::string event_with(const std::vector<std::pair<std::string, std::string>>& changes = {},
                       const std::string& inner = detail) {
  std::vector<std::pair<std::string, std::string>> all{
      {"version", R"("0")"},
      {"id", R"("3f1c6a0e-0000-4000-8000-000000000001")"},
      {"detail-type", R"("ProductDataChangeEvent")"},
      {"source", R"("kinesis.inventory.products")"},
      {"account", R"("111122223333")"},
      {"time", R"("2026-11-22T06:52:56Z")"},
      {"region", R"("us-east-1")"},
      {"resources", "[]"},
      {"detail", inner}};
  std::string json = "{";
  for (auto& [name, value] : all) {
    for (const auto& [changed, text] : changes)
      if (changed == name) value = text;
    if (!value.empty()) json += (json.size() > 1 ? ",\"" : "\"") + name + "\":" + value;
  }
  return json + "}";
}

std::string reason(const std::string& body) {
  envelope_reader reader({});
  const auto read = reader.read(body);
  return read ? "" : read.error().reason;
}

/// The payload with one member replaced, or left out.
std::string payload_with(const std::string& member, const std::string& text) {
  simdjson::dom::parser parser;
  const simdjson::dom::object whole = parser.parse(payload);
  std::string json = "{";
  for (const auto& [name, value] : whole) {
    const std::string now = name == member ? text : simdjson::minify(value);
    if (!now.empty()) json += (json.size() > 1 ? ",\"" : "\"") + std::string(name) + "\":" + now;
  }
  return json + "}";
}

TEST(Envelope, ReadsAnEventWithItsSchema) {
  envelope_reader reader({});
  const auto event = reader.read(event_with()).value();
  EXPECT_EQ(event.id, "3f1c6a0e-0000-4000-8000-000000000001");
  EXPECT_EQ(event.detail_type, "ProductDataChangeEvent");
  EXPECT_EQ(event.source, "kinesis.inventory.products");
  EXPECT_EQ(event.account, "111122223333");
  EXPECT_EQ(event.time, "2026-11-22T06:52:56Z");
  EXPECT_EQ(event.region, "us-east-1");
  EXPECT_EQ(event.operation, "c");
  EXPECT_EQ(event.before, "null");
  EXPECT_EQ(event.after, R"({"id":1,"weight":3.140})") << "numbers stay as they were written";
  EXPECT_EQ(event.event, detail);
}

TEST(Envelope, ReadsABarePayload) {
  envelope_reader reader({});
  const auto event = reader.read(event_with({}, payload)).value();
  EXPECT_EQ(event.event, payload);
  EXPECT_EQ(event.after, R"({"id":1,"weight":3.140})");
}

TEST(Envelope, BringsADetailWithLineEndsOnOneLine) {
  envelope_reader reader({});
  const auto event =
      reader.read(event_with({}, "{\n \"schema\": {},\r\n \"payload\": " + payload + "\n}"))
          .value();
  EXPECT_EQ(event.event.find_first_of("\r\n"), std::string::npos);
}

TEST(Envelope, TakesAnEventWithoutAnAccountAndWithMoreMembers) {
  EXPECT_EQ(reason(event_with({{"account", ""}})), "");
  EXPECT_EQ(reason(event_with({{"resources", R"(["arn:aws:x"],"replay-name":"again")"}})), "");
}

TEST(Envelope, SaysWhichPartOfTheEventIsMissingOrWrong) {
  for (const char* name :
       {"version", "id", "detail-type", "source", "time", "region", "resources", "detail"}) {
    EXPECT_NE(reason(event_with({{name, ""}})).find(name), std::string::npos)
        << reason(event_with({{name, ""}}));
    EXPECT_NE(reason(event_with({{name, "7"}})).find(name), std::string::npos)
        << reason(event_with({{name, "7"}}));
  }
  EXPECT_NE(reason(event_with({{"account", "7"}})), "");
  EXPECT_NE(reason(event_with({{"version", R"("1")"}})), "");
  EXPECT_NE(reason(event_with({{"id", R"("")"}})), "");
  EXPECT_NE(reason(event_with({{"time", R"("yesterday")"}})), "");
  EXPECT_NE(reason(event_with({{"resources", "[1]"}})), "");
}

TEST(Envelope, RefusesABodyThatIsNoJsonObject) {
  for (const char* body : {"", "hello", "[]", "{", "{}x", "\"{}\"", "null"})
    EXPECT_NE(reason(body), "") << body;
}

TEST(Envelope, SaysWhichPartOfTheDebeziumEventIsMissingOrWrong) {
  for (const char* name : {"before", "after", "source", "op", "ts_ms"}) {
    const auto missing = reason(event_with({}, payload_with(name, "")));
    EXPECT_NE(missing.find(std::string(name) + " is missing"), std::string::npos) << missing;
    const auto wrong = reason(event_with({}, payload_with(name, "true")));
    EXPECT_NE(wrong.find(name), std::string::npos) << wrong;
  }
  EXPECT_NE(reason(event_with({}, payload_with("op", "\"x\""))).find("`x`"), std::string::npos);
  EXPECT_NE(reason(event_with({}, payload_with("after", "null"))).find("after is null"),
            std::string::npos);
  EXPECT_NE(reason(event_with({}, payload_with("transaction", "1"))), "");
  EXPECT_EQ(reason(event_with({}, payload_with("transaction", ""))), "");
  EXPECT_NE(reason(event_with({}, R"({"payload":)" + payload + "}")), "");
  EXPECT_NE(reason(event_with({}, R"({"schema":{},"payload":null})")), "");
}

TEST(Envelope, ChecksTheSourceBlock) {
  for (const char* name : {"version", "connector", "name", "ts_ms", "db", "schema", "table"}) {
    simdjson::dom::parser parser;
    std::string shorter = "{";
    for (const auto& [key, value] : simdjson::dom::object(parser.parse(source)))
      if (key != name)
        shorter += (shorter.size() > 1 ? ",\"" : "\"") + std::string(key) +
                   "\":" + std::string(simdjson::minify(value));
    const auto why = reason(event_with({}, payload_with("source", shorter + "}")));
    EXPECT_NE(why.find("source." + std::string(name) + " is missing"), std::string::npos) << why;
  }
}

TEST(Envelope, ReadsDeletesTruncatesAndMessages) {
  envelope_reader reader({});
  const auto removal =
      R"({"before":{"id":1},"after":null,"source":)" + source + R"(,"op":"d","ts_ms":1})";
  EXPECT_EQ(reader.read(event_with({}, removal)).value().before, R"({"id":1})");
  const auto truncate =
      R"({"before":null,"after":null,"source":)" + source + R"(,"op":"t","ts_ms":1})";
  EXPECT_EQ(reader.read(event_with({}, truncate)).value().operation, "t");
  const auto message =
      R"({"op":"m","ts_ms":1,"source":)" + source + R"(,"message":{"prefix":"p","content":""}})";
  EXPECT_EQ(reader.read(event_with({}, message)).value().after, "null");
  const auto bare = R"({"op":"m","ts_ms":1,"source":)" + source + "}";
  EXPECT_NE(reason(event_with({}, bare)), "");
}

TEST(Envelope, ReadsWhatDebeziumWritesBesideChanges) {
  for (
      const std::string text :
      {R"({"status":"BEGIN","id":"571:53195832","event_count":null,"data_collections":null,"ts_ms":1})",
       R"({"status":"END","id":"571:53195832","event_count":1,"data_collections":[{"data_collection":"s.t","event_count":1}],"ts_ms":1})",
       R"({"id":"6ba7b810","aggregate_type":"Initial Snapshot","type":"STARTED","additional_data":{"connector_name":"k"},"timestamp":1})",
       R"({"ts_ms":1795330254644})"}) {
    envelope_reader reader({.identities = true});
    const auto event = reader.read(event_with({}, text)).value();
    EXPECT_EQ(event.operation, "") << text;
    EXPECT_EQ(event.before, "null") << text;
    EXPECT_EQ(event.event, text);
    EXPECT_EQ(reason(event_with({}, R"({"schema":{},"payload":)" + text + "}")), "");
  }
  EXPECT_NE(reason(event_with({}, R"({"status":"END","ts_ms":1})")).find("id is missing"),
            std::string::npos);
  EXPECT_NE(reason(event_with({}, R"({"ts_ms":"now"})")).find("ts_ms is not an integer"),
            std::string::npos);
  EXPECT_NE(reason(event_with({}, R"({"id":1})")), "");
}

TEST(Envelope, ABareRowPassesOnlyWhenAskedFor) {
  const std::string row = R"({"id":1,"payload":"text"})";
  EXPECT_NE(reason(event_with({}, row)), "");
  envelope_reader reader({.unwrapped = true});
  const auto event = reader.read(event_with({}, row)).value();
  EXPECT_EQ(event.after, row);
  EXPECT_EQ(event.operation, "");
  EXPECT_EQ(reader.read(event_with()).value().operation, "c")
      << "a whole event is still read as one";
}

/// Every event that the real Debezium 2.5.3 wrote passes, of changes and of what else it tells.
TEST(Envelope, TakesEveryGoldenEvent) {
  namespace fs = std::filesystem;
  envelope_reader reader({});
  simdjson::dom::parser parser;
  std::size_t events = 0;
  for (const auto& entry :
       fs::directory_iterator(std::string(TIDEWIRE_TESTS_DIR) + "/golden/cases")) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("inventory_") && !name.starts_with("ri_") && !name.starts_with("key_") &&
        !name.starts_with("types_") && !name.starts_with("snapshot_") &&
        !name.starts_with("toast_") && !name.starts_with("truncate_") &&
        !name.starts_with("heartbeat") && !name.starts_with("notifications_"))
      continue;
    std::ifstream file(entry.path() / "expected.jsonl");
    for (std::string line; std::getline(file, line);) {
      simdjson::dom::element json;
      std::string_view value;
      ASSERT_EQ(parser.parse(line).get(json), simdjson::SUCCESS);
      if (json["value_raw"].get(value) != simdjson::SUCCESS || value.empty()) continue;
      EXPECT_EQ(reason(event_with({}, std::string(value))), "") << name << ": " << value;
      ++events;
    }
  }
  EXPECT_GT(events, 100U);
}

/// What a Debezium event is known by, if the payload is this one.
std::string identity(const std::string& of) {
  envelope_reader reader({.identities = true});
  return reader.read(event_with({}, of)).value().identity;
}

TEST(Envelope, ARepeatHasTheIdentityOfTheFirst) {
  EXPECT_NE(identity(payload), "");
  EXPECT_EQ(identity(payload), identity(detail));
  const std::string first = identity(payload_with("ts_ms", "1795330254644"));
  EXPECT_EQ(first, identity(payload_with("ts_ms", "1795330259999")));
  EXPECT_NE(first, identity(payload_with("op", R"("u")")));
  EXPECT_NE(first, identity(payload_with("after", R"({"id":2})")));
}

TEST(Envelope, ItsNumberInTheTransactionTellsEqualRowsApart) {
  const auto numbered = [](int n) {
    return identity(payload_with(
        "transaction", R"({"id":"1354:170854008","total_order":)" + std::to_string(n) + "}"));
  };
  EXPECT_EQ(numbered(1), numbered(1));
  EXPECT_NE(numbered(1), numbered(2));
}

TEST(Envelope, WithoutAPlaceInTheLogThereIsNoIdentity) {
  std::string without = source;
  without.replace(without.find(R"("lsn":170854008)"), 15, R"("lsn":null)");
  EXPECT_EQ(identity(payload_with("source", without)), "");
}

}  // namespace
}  // namespace tidewire::consumer
