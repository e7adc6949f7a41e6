#include "debezium/java_map.hpp"

#include "debezium/errc.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace tidewire::debezium {
namespace {

using namespace std::string_literals;

/// What a Java program wrote for {"k": "value"}.
const std::string one_entry =
    "\xAC\xED\0\x05sr\0\x11java.util.HashMap\x05\x07\xDA\xC1\xC3\x16\x60\xD1\x03\0\x02"
    "F\0\x0AloadFactorI\0\x09thresholdxp\x3F\x40\0\0\0\0\0\x0Cw\x08\0\0\0\x10\0\0\0\x01"
    "ur\0\x02[B\xAC\xF3\x17\xF8\x06\x08\x54\xE0\x02\0\0xp\0\0\0\x01"
    "kuq\0~\0\x02\0\0\0\x05valuex"s;

std::vector<java_entry> entries(std::size_t count) {
  std::vector<java_entry> all;
  for (std::size_t i = 0; i < count; ++i)
    all.push_back({"key " + std::to_string(i), std::string(i, 'v')});
  return all;
}

TEST(JavaMap, IsReadAsJavaWroteIt) {
  const auto read = read_java_map(one_entry);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(*read, (std::vector<java_entry>{{"k", "value"}}));
}

TEST(JavaMap, IsWrittenAsJavaWouldWriteIt) {
  EXPECT_EQ(write_java_map({{"k", "value"}}), one_entry);
}

TEST(JavaMap, ComesBackAsItWasWritten) {
  for (const std::size_t count : {0U, 1U, 12U, 13U, 100U})
    EXPECT_EQ(*read_java_map(write_java_map(entries(count))), entries(count)) << count;
  const std::vector<java_entry> with_nulls{{std::nullopt, "a"}, {"b", std::nullopt}, {"", ""}};
  EXPECT_EQ(*read_java_map(write_java_map(with_nulls)), with_nulls);
}

TEST(JavaMap, GrowsItsTableAsJavaDoes) {
  const auto capacity = [](std::size_t count) {
    const std::string written = write_java_map(entries(count));
    return static_cast<unsigned char>(written[written.find("w\x08") + 5]);
  };
  EXPECT_EQ(capacity(12), 16);
  EXPECT_EQ(capacity(13), 32);
  EXPECT_EQ(capacity(24), 32);
  EXPECT_EQ(capacity(25), 64);
}

TEST(JavaMap, IsTruncatedAtEveryByte) {
  for (std::size_t size = 0; size < one_entry.size(); ++size)
    EXPECT_EQ(read_java_map(std::string_view(one_entry).substr(0, size)).error(), errc::truncated)
        << size;
}

TEST(JavaMap, NothingElseIsOne) {
  EXPECT_EQ(read_java_map("{\"a\":1}").error(), errc::not_java);
  EXPECT_EQ(read_java_map("\xAC\xED\0\x05t\0\x01s"s).error(), errc::not_a_map);
  EXPECT_EQ(read_java_map(one_entry + "x").error(), errc::trailing_bytes);
  auto text_as_key = one_entry;
  text_as_key[one_entry.find("ur")] = 't';
  EXPECT_EQ(read_java_map(text_as_key).error(), errc::not_bytes);
  auto negative_size = one_entry;
  negative_size[one_entry.find("kuq") - 4] = '\xFF';
  EXPECT_EQ(read_java_map(negative_size).error(), errc::not_bytes);
}

TEST(JavaMap, AClaimOfManyEntriesCostsNothing) {
  auto many = one_entry;
  many[one_entry.find("ur") - 4] = '\x7F';
  EXPECT_EQ(read_java_map(many).error(), errc::not_bytes);
}

}  // namespace
}  // namespace tidewire::debezium
