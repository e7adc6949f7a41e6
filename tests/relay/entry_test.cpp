#include "relay/entry.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidewire::relay {
namespace {

const std::string change =
    R"({"before":null,"after":{"id":1,"w":3.140,"big":9007199254740993,"s":"a\"}{\u00e9"},"source":{"table":"t"},"op":"c","ts_ms":1})";
const std::string removal =
    R"({"before":{"id":1,"w":1e2},"after":null,"source":{"table":"t"},"op":"d","ts_ms":1})";

std::string with_schema(const std::string& payload) {
  return R"({"schema":{"type":"struct","fields":[]},"payload":)" + payload + "}";
}

entry_maker maker(detail_form form, const char* filter = nullptr) {
  entry_options options{.stream = "kinesis.inventory.products",
                        .bus = "products",
                        .detail_type = "T",
                        .source = {},
                        .detail = form,
                        .filter = std::nullopt};
  if (filter != nullptr) options.filter = rules::pattern::compile(filter).value();
  return entry_maker(std::move(options));
}

std::string detail_of(detail_form form, const std::string& data) {
  auto make = maker(form);
  const auto verdict = make.make(data);
  const auto* made = std::get_if<made_entry>(&verdict);
  return made != nullptr ? made->detail : "(none)";
}

TEST(Entry, FullIsTheRecordByteForByte) {
  EXPECT_EQ(detail_of(detail_form::full, with_schema(change)), with_schema(change));
  EXPECT_EQ(detail_of(detail_form::full, " { \"a\" : 1 } \n"), " { \"a\" : 1 } \n");
}

TEST(Entry, PayloadKeepsEveryByteOfThePayload) {
  EXPECT_EQ(detail_of(detail_form::payload, with_schema(change)), change);
  EXPECT_EQ(detail_of(detail_form::payload, change), change);
  EXPECT_EQ(detail_of(detail_form::payload, "{ \"payload\" : " + change + " , \"schema\" : {} }"),
            change);
}

TEST(Entry, UnwrappedIsTheRow) {
  const std::string row = R"({"id":1,"w":3.140,"big":9007199254740993,"s":"a\"}{\u00e9"})";
  EXPECT_EQ(detail_of(detail_form::unwrapped, with_schema(change)), row);
  EXPECT_EQ(detail_of(detail_form::unwrapped, change), row);
}

TEST(Entry, AnUnwrappedDeleteIsTheOldRowWithItsMark) {
  EXPECT_EQ(detail_of(detail_form::unwrapped, with_schema(removal)),
            R"({"id":1,"w":1e2,"__deleted":true})");
  EXPECT_EQ(detail_of(detail_form::unwrapped, R"({"before":{ },"after":null,"op":"d"})"),
            R"({"__deleted":true})");
  EXPECT_EQ(detail_of(detail_form::unwrapped, R"({"before":null,"after":null,"op":"d"})"),
            R"({"__deleted":true})");
}

TEST(Entry, ARowThatIsUnwrappedAlreadyStaysAsItIs) {
  EXPECT_EQ(detail_of(detail_form::unwrapped, R"({"id":1,"payload":"of an outbox"})"),
            R"({"id":1,"payload":"of an outbox"})");
  EXPECT_EQ(detail_of(detail_form::payload, R"({"id":1,"payload":"of an outbox"})"),
            R"({"id":1,"payload":"of an outbox"})");
  EXPECT_EQ(detail_of(detail_form::unwrapped, with_schema(R"({"id":1})")), R"({"id":1})");
}

TEST(Entry, TombstonesAreLeftOut) {
  auto make = maker(detail_form::full);
  EXPECT_EQ(std::get<left_out>(make.make("")), left_out::tombstone);
  EXPECT_EQ(std::get<left_out>(make.make("null")), left_out::tombstone);
  auto payload = maker(detail_form::payload);
  EXPECT_EQ(std::get<left_out>(payload.make(R"({"schema":{},"payload":null})")),
            left_out::tombstone);
}

TEST(Entry, TruncatesAndMessagesAreNoRows) {
  auto make = maker(detail_form::unwrapped);
  EXPECT_EQ(std::get<left_out>(make.make(R"({"before":null,"after":null,"op":"t"})")),
            left_out::not_a_row);
  EXPECT_EQ(std::get<left_out>(make.make(R"({"op":"m","message":{"prefix":"p","content":""}})")),
            left_out::not_a_row);
}

TEST(Entry, AFilterLooksAtTheWholeEvent) {
  auto make = maker(detail_form::payload, R"({"payload":{"op":["c","u"]}})");
  EXPECT_TRUE(std::holds_alternative<made_entry>(make.make(with_schema(change))));
  EXPECT_EQ(std::get<left_out>(make.make(with_schema(removal))), left_out::by_filter);
}

TEST(Entry, WhatIsNotAJsonObjectIsUnfitAndSaysWhy) {
  auto make = maker(detail_form::full);
  for (const char* data : {"{",
                           "{\"a\":1}x",
                           "[1]",
                           "\"text\"",
                           "12",
                           "\xF3\x89\x9A\xC2",
                           "{\"a\":\"\xFF\"}",
                           "{\"a\":01}"}) {
    const auto verdict = make.make(data);
    ASSERT_TRUE(std::holds_alternative<unfit>(verdict)) << data;
    EXPECT_FALSE(std::get<unfit>(verdict).reason.empty()) << data;
  }
  auto payload = maker(detail_form::payload);
  EXPECT_TRUE(std::holds_alternative<unfit>(payload.make(R"({"schema":{},"payload":7})")));
}

TEST(Entry, CountsItsSizeAsPutEventsDoes) {
  auto make = maker(detail_form::full);
  const auto verdict = make.make(change);
  EXPECT_EQ(std::get<made_entry>(verdict).size,
            14 + std::string("kinesis.inventory.products").size() + 1 + change.size());
}

TEST(Entry, OverTheLimitIsUnfit) {
  entry_options options{.stream = "s", .bus = "b", .detail_type = "t", .entry_bytes_max = 100};
  entry_maker make(std::move(options));
  EXPECT_TRUE(
      std::holds_alternative<made_entry>(make.make("{\"a\":\"" + std::string(70, 'x') + "\"}")));
  EXPECT_TRUE(std::holds_alternative<unfit>(make.make("{\"a\":\"" + std::string(90, 'x') + "\"}")));
}

TEST(Entry, TheSourceIsTheStreamUnlessGiven) {
  EXPECT_EQ(maker(detail_form::full).options().source, "kinesis.inventory.products");
  entry_maker given({.stream = "s", .source = "mine"});
  EXPECT_EQ(given.options().source, "mine");
}

TEST(Entry, OneMakerServesRecordsOfAllSizesInTurn) {
  auto make = maker(detail_form::unwrapped);
  for (std::size_t size : {1U, 100'000U, 3U, 200'000U, 1U}) {
    const std::string row = "{\"s\":\"" + std::string(size, 'y') + "\"}";
    const auto verdict =
        make.make(with_schema(R"({"before":null,"after":)" + row + R"(,"op":"u"})"));
    EXPECT_EQ(std::get<made_entry>(verdict).detail, row) << size;
  }
}

}  // namespace
}  // namespace tidewire::relay
