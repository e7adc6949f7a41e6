#include "sinks/legal_key.hpp"

#include "sinks/eventbridge_destination.hpp"
#include "sinks/topic_map.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidewire::sinks {
namespace {

TEST(LegalKey, AShortKeyStaysAsItIs) {
  std::string scratch;
  EXPECT_EQ(legal_partition_key(R"({"id":1})", scratch), R"({"id":1})");
  EXPECT_EQ(legal_partition_key(std::string(256, 'x'), scratch), std::string(256, 'x'));
}

TEST(LegalKey, CharactersAreCountedNotBytes) {
  std::string scratch, umlauts;
  for (int i = 0; i < 256; ++i) umlauts += "\xC3\xA4";
  EXPECT_EQ(legal_partition_key(umlauts, scratch), umlauts);
  umlauts += 'x';
  EXPECT_EQ(legal_partition_key(umlauts, scratch).size(), 64U);
}

TEST(LegalKey, AnIllegalKeyBecomesItsHash) {
  std::string scratch;
  EXPECT_EQ(legal_partition_key("", scratch),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const std::string once(legal_partition_key(std::string(257, 'x'), scratch));
  EXPECT_EQ(once, legal_partition_key(std::string(257, 'x'), scratch));
  EXPECT_NE(once, legal_partition_key(std::string(258, 'x'), scratch));
}

TEST(LegalKey, AGroupIsOfPrintableCharactersAndNoMoreThan128) {
  std::string scratch;
  EXPECT_EQ(legal_group_id(R"({"id":1})", scratch), R"({"id":1})");
  EXPECT_EQ(legal_group_id("with blank", scratch).size(), 64U);
  EXPECT_EQ(legal_group_id("\xC3\xA4", scratch).size(), 64U);
  EXPECT_EQ(legal_group_id("", scratch).size(), 64U);
  EXPECT_EQ(legal_group_id(std::string(128, 'x'), scratch), std::string(128, 'x'));
  EXPECT_EQ(legal_group_id(std::string(129, 'x'), scratch).size(), 64U);
}

TEST(TopicMap, PrefersTheStreamsOwnWord) {
  const topic_map map("common", {{"a.b.c", "own"}});
  EXPECT_EQ(map.find("a.b.c"), "own");
  EXPECT_EQ(map.find("a.b"), "common");
  EXPECT_EQ(topic_map().find("a"), "");
}

TEST(UsualDetailType, IsTheTablesNameWithACapital) {
  EXPECT_EQ(usual_detail_type("kinesis.inventory.products"), "ProductsDataChangeEvent");
  EXPECT_EQ(usual_detail_type("plain"), "PlainDataChangeEvent");
  EXPECT_LE(usual_detail_type("x." + std::string(300, 'y')).size(), 128U);
}

}  // namespace
}  // namespace tidewire::sinks
