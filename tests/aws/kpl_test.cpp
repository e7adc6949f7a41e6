#include "aws/kpl.hpp"

#include "base/base64.hpp"
#include "support/aggregate.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <simdjson.h>

#include <array>
#include <cctype>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace tidewire::aws {
namespace {

struct expected_record {
  std::string partition_key;
  std::optional<std::string> explicit_hash_key;
  std::string data;
  std::uint64_t sub_sequence_number = 0;
  bool aggregated = false;
};

struct vector_case {
  std::string id;
  std::string outer_key;
  std::string blob;
  std::vector<expected_record> expect;
};

std::string text_of(simdjson::dom::element value) {
  return std::string(std::string_view(value));
}

std::vector<vector_case> load_cases() {
  std::ifstream file(std::string(TIDEWIRE_TESTS_DIR) + "/vectors/kpl/cases.jsonl");
  std::vector<vector_case> cases;
  simdjson::dom::parser parser;
  for (std::string line; std::getline(file, line);) {
    const simdjson::dom::element json = parser.parse(line);
    vector_case one{text_of(json["id"]),
                    text_of(json["outer_partition_key"]),
                    from_base64(text_of(json["blob_base64"])).value(),
                    {}};
    for (const auto record : simdjson::dom::array(json["expect"])) {
      expected_record e{text_of(record["partition_key"]),
                        std::nullopt,
                        from_base64(text_of(record["data_base64"])).value(),
                        record["sub_sequence_number"].get_uint64(),
                        record["aggregated"].get_bool()};
      if (!record["explicit_hash_key"].is_null())
        e.explicit_hash_key = text_of(record["explicit_hash_key"]);
      one.expect.push_back(std::move(e));
    }
    cases.push_back(std::move(one));
  }
  return cases;
}

class KplVectors : public ::testing::TestWithParam<vector_case> {};

TEST_P(KplVectors, AreTakenApartAsAmazonsLibraryDoes) {
  const auto& [id, outer_key, blob, expect] = GetParam();
  const auto records = deaggregate(outer_key, blob);
  ASSERT_EQ(records.size(), expect.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(records[i].partition_key, expect[i].partition_key) << i;
    EXPECT_EQ(records[i].explicit_hash_key.has_value(), expect[i].explicit_hash_key.has_value())
        << i;
    if (records[i].explicit_hash_key && expect[i].explicit_hash_key) {
      EXPECT_EQ(*records[i].explicit_hash_key, *expect[i].explicit_hash_key) << i;
    }
    EXPECT_EQ(records[i].data, expect[i].data) << i;
    EXPECT_EQ(records[i].sub_sequence_number, expect[i].sub_sequence_number) << i;
    EXPECT_EQ(records[i].aggregated, expect[i].aggregated) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Kpl,
                         KplVectors,
                         ::testing::ValuesIn(load_cases()),
                         [](const auto& instance) {
                           std::string name = instance.param.id;
                           for (char& c : name)
                             if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
                           return name;
                         });

std::vector<user_record> three_records() {
  return {{.partition_key = "a", .explicit_hash_key = std::nullopt, .data = "first"},
          {.partition_key = "b",
           .explicit_hash_key = "340282366920938463463374607431768211455",
           .data = ""},
          {.partition_key = "a",
           .explicit_hash_key = std::nullopt,
           .data = std::string_view("\0\xFF", 2)}};
}

/// Puts the magic and a right digest around any bytes.
std::string sealed(std::string_view message) {
  const std::string magic("\xF3\x89\x9A\xC2", 4);
  std::array<unsigned char, 16> sum{};
  EVP_Digest(message.data(), message.size(), sum.data(), nullptr, EVP_md5(), nullptr);
  return magic + std::string(message) +
         std::string(reinterpret_cast<const char*>(sum.data()), sum.size());
}

void expect_plain(const std::string& blob, const char* what) {
  const auto records = deaggregate("outer", blob);
  ASSERT_EQ(records.size(), 1U) << what;
  EXPECT_FALSE(records[0].aggregated) << what;
  EXPECT_EQ(records[0].partition_key, "outer") << what;
  EXPECT_EQ(records[0].data, blob) << what;
  EXPECT_FALSE(records[0].explicit_hash_key) << what;
}

TEST(Kpl, WhatWasAggregatedComesBackInOrderWithItsKeys) {
  const auto put = three_records();
  const auto blob = tidewire::testing::aggregate(put);
  const auto got = deaggregate("outer", blob);
  ASSERT_EQ(got.size(), put.size());
  for (std::size_t i = 0; i < put.size(); ++i) {
    EXPECT_EQ(got[i].partition_key, put[i].partition_key);
    EXPECT_EQ(got[i].explicit_hash_key, put[i].explicit_hash_key);
    EXPECT_EQ(got[i].data, put[i].data);
    EXPECT_EQ(got[i].sub_sequence_number, i);
    EXPECT_TRUE(got[i].aggregated);
  }
}

TEST(Kpl, AKeyThatFollowsItselfIsWrittenOnceAndAWriterIsUsedAgain) {
  kpl_writer writer;
  for (const char* text : {"first", "second"}) {
    writer.clear();
    const user_record one{
        .partition_key = "a-long-partition-key", .explicit_hash_key = {}, .data = text};
    std::size_t bound = kpl_writer::frame_bytes;
    for (int i = 0; i < 3; ++i) {
      writer.add(one);
      bound += kpl_writer::added_bytes_max(one);
    }
    const std::string_view blob = writer.finish();
    EXPECT_LE(blob.size(), bound);
    EXPECT_EQ(blob.find(one.partition_key), blob.rfind(one.partition_key));
    const auto got = deaggregate("outer", blob);
    ASSERT_EQ(got.size(), 3U);
    for (const auto& record : got) {
      EXPECT_EQ(record.partition_key, one.partition_key);
      EXPECT_EQ(record.data, text);
    }
  }
}

TEST(Kpl, AnAggregateCutAnywhereIsOnePlainRecord) {
  const auto blob = tidewire::testing::aggregate(three_records());
  for (std::size_t size = 0; size < blob.size(); ++size) expect_plain(blob.substr(0, size), "cut");
}

TEST(Kpl, AnyFlippedBitMakesAPlainRecord) {
  const auto blob = tidewire::testing::aggregate(three_records());
  for (std::size_t bit = 0; bit < blob.size() * 8; ++bit) {
    std::string damaged = blob;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    expect_plain(damaged, "flip");
  }
}

TEST(Kpl, MalformedProtobufUnderARightDigestIsAPlainRecord) {
  expect_plain(sealed("\x0A\x05"
                      "ab"),
               "a length beyond the end");
  expect_plain(sealed("\x0A\x01"
                      "a\x1A\x02\x1A\x00"),
               "a record of wrong length");
  expect_plain(sealed(std::string("\x0A\x01"
                                  "a\x1A\x02\x1A\x00",
                                  7)),
               "a record without a key index");
  expect_plain(sealed(std::string("\x0A\x01"
                                  "a\x1A\x02\x08\x00",
                                  7)),
               "a record without data");
  expect_plain(sealed(std::string("\x0A\x01"
                                  "a\x1A\x04\x08\x01\x1A\x00",
                                  9)),
               "a key index outside the table");
  expect_plain(sealed(std::string("\x0A\x01"
                                  "a\x1A\x06\x08\x00\x10\x00\x1A\x00",
                                  11)),
               "a hash key index outside the table");
  expect_plain(sealed(std::string("\x0A\x01"
                                  "a\x1A\x06\x08\x00\x1A\x00\x22\x00",
                                  11)),
               "a tag without a key");
  expect_plain(sealed(std::string("\x00\x01", 2)), "field number zero");
  expect_plain(sealed("\x0C"), "a group that ends without a beginning");
  expect_plain(sealed("\x0B"), "a group that never ends");
  expect_plain(sealed("\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"),
               "a varint of eleven bytes");
}

TEST(Kpl, UnknownFieldsTagsAndGroupsAreSteppedOver) {
  const std::string message(
      "\x1A\x0A\x08\x00\x1A\x01x\x22\x03\x0A\x01t"  // a record with a tag, before its table
      "\x0A\x01k"
      "\x20\x07"          // 4: varint
      "\x2B\x08\x01\x2C"  // 5: group
      "\x35"
      "abcd"  // 6: fixed32
      "\x39"
      "abcdefgh",  // 7: fixed64
      12 + 3 + 2 + 4 + 5 + 9);
  const auto blob = sealed(message);
  const auto records = deaggregate("outer", blob);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_TRUE(records[0].aggregated);
  EXPECT_EQ(records[0].partition_key, "k");
  EXPECT_EQ(records[0].data, "x");
}

TEST(Kpl, PlainDataStayPlain) {
  expect_plain("", "empty");
  expect_plain(R"({"op":"c"})", "JSON");
}

}  // namespace
}  // namespace tidewire::aws
