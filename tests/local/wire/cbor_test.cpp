#include "local/wire/cbor.hpp"

#include "local/wire/hex.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <utility>

namespace tidewire::local {
namespace {

namespace json = boost::json;

std::string as_json(std::string_view hex) {
  const auto value = cbor::to_json(bytes(hex));
  return value ? json::serialize(*value) : "refused";
}

// The examples of RFC 8949, appendix A.
TEST(Cbor, ReadsTheExamplesOfTheStandard) {
  const std::pair<const char*, const char*> examples[] = {
      {"00", "0"},
      {"17", "23"},
      {"1818", "24"},
      {"1903e8", "1000"},
      {"1b000000e8d4a51000", "1000000000000"},
      {"20", "-1"},
      {"3903e7", "-1000"},
      {"f90000", "0E0"},
      {"f93c00", "1E0"},
      {"f93e00", "1.5E0"},
      {"f97bff", "6.5504E4"},
      {"fa47c35000", "1E5"},
      {"fb3ff199999999999a", "1.1E0"},
      {"f90001", "5.960464477539063E-8"},
      {"f4", "false"},
      {"f5", "true"},
      {"f6", "null"},
      {"f7", "null"},
      {"40", "\"\""},
      {"4401020304", "\"AQIDBA==\""},
      {"6449455446", "\"IETF\""},
      {"62c3bc", "\"ü\""},
      {"80", "[]"},
      {"8301820203820405", "[1,[2,3],[4,5]]"},
      {"a26161016162820203", "{\"a\":1,\"b\":[2,3]}"},
      {"5f42010243030405ff", "\"AQIDBAU=\""},
      {"7f657374726561646d696e67ff", "\"streaming\""},
      {"9f018202039f0405ffff", "[1,[2,3],[4,5]]"},
      {"bf6346756ef563416d7421ff", "{\"Fun\":true,\"Amt\":-2}"},
  };
  for (const auto& [hex, wanted] : examples) EXPECT_EQ(as_json(hex), wanted) << hex;
}

TEST(Cbor, TimestampsAreMillisecondsHereAndSecondsThere) {
  const auto value = cbor::to_json(bytes("c11903e8"));
  ASSERT_TRUE(value.has_value());
  EXPECT_DOUBLE_EQ(value->to_number<double>(), 1.0);
  std::string out;
  cbor::append_json(out, json::parse(R"({"StreamCreationTimestamp":1.5})"));
  EXPECT_EQ(out.substr(out.size() - 4), bytes("c11905dc"));
}

TEST(Cbor, RefusesWhatIsCutShortOrMalformed) {
  const std::string whole = bytes("bf6346756ef563416d7421625f4243010203816161ff");
  for (const auto* const bad : {"",
                                "18",
                                "61",
                                "ff",
                                "1c",
                                "3f",
                                "df",
                                "5f6161ff",
                                "5f5f41ffff",
                                "a1",
                                "a101",
                                "8200",
                                "9f00",
                                "0000",
                                "bf6161ff"})
    EXPECT_EQ(as_json(bad), "refused") << bad;
  for (std::size_t size = 0; size + 1 < whole.size(); ++size)
    EXPECT_FALSE(cbor::to_json(whole.substr(0, size)).has_value()) << size;
}

TEST(Cbor, RefusesDepthBeyondItsLimit) {
  EXPECT_EQ(as_json("8181818180"), "[[[[[]]]]]");
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "81";
  EXPECT_EQ(as_json(deep + "00"), "refused");
  std::string in = bytes(deep + "00");
  cbor::reader reader(in);
  EXPECT_FALSE(reader.skip());
}

TEST(Cbor, WritesWhatItReads) {
  const auto value = json::parse(
      R"({"a":[0,23,24,255,256,65535,65536,4294967295,4294967296,-1,-25,-1000000],"b":{"c":null,"d":true,"e":false},"f":"text","g":1.25})");
  std::string out;
  cbor::append_json(out, value);
  EXPECT_EQ(cbor::to_json(out), value);
}

}  // namespace
}  // namespace tidewire::local
