#include "local/call/member_types.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace tidewire::local {
namespace {

constexpr auto known = std::to_array<typed_member>({
    {"Name", member_type::text},
    {"Limit", member_type::number},
    {"All", member_type::boolean},
    {"Time", member_type::timestamp},
    {"Inner", member_type::structure},
    {"Keys", member_type::texts},
    {"Entries", member_type::structures},
    {"Tags", member_type::text_map},
    {"Attributes", member_type::structure_map},
});

std::string refusal(std::string_view input) {
  const auto wrong = wrong_type(boost::json::parse(input).as_object(), known);
  if (!wrong) return "fine";
  EXPECT_EQ(wrong->code, "SerializationException");
  return wrong->message;
}

TEST(MemberTypes, WhatIsOfItsTypeIsFine) {
  EXPECT_EQ(refusal(R"({"Name":"a","Limit":1,"All":true,"Time":1.5,"Inner":{"Limit":2},
                        "Keys":["a"],"Entries":[{"Name":"b"}],"Tags":{"Limit":"c"},
                        "Attributes":{"Name":{"Name":"d"}}})"),
            "fine");
}

TEST(MemberTypes, NullAndMembersThatNobodyKnowsAreFine) {
  EXPECT_EQ(refusal(R"({"Name":null,"Keys":[null],"Entries":null,"New":{"Name":1}})"), "fine");
}

TEST(MemberTypes, AScalarOfAnotherTypeIsNamed) {
  EXPECT_EQ(refusal(R"({"Name":5})"), "NUMBER_VALUE can not be converted to a String");
  EXPECT_EQ(refusal(R"({"Name":true})"), "TRUE_VALUE can not be converted to a String");
  EXPECT_EQ(refusal(R"({"Limit":"5"})"), "STRING_VALUE can not be converted to an Integer");
  EXPECT_EQ(refusal(R"({"All":"maybe"})"), "STRING_VALUE can not be converted to a Boolean");
  EXPECT_EQ(refusal(R"({"Time":"yesterday"})"),
            "STRING_VALUE can not be converted to milliseconds since epoch");
}

TEST(MemberTypes, AnotherOutlineIsNamed) {
  EXPECT_EQ(refusal(R"({"Name":["a"]})"), "Start of list found where not expected");
  EXPECT_EQ(refusal(R"({"Tags":["a"]})"), "Start of list found where not expected");
  EXPECT_EQ(refusal(R"({"Keys":{"a":1}})"), "Start of structure or map found where not expected.");
  EXPECT_EQ(refusal(R"({"Keys":"a"})"), "Expected list or null");
  EXPECT_EQ(refusal(R"({"Tags":"a"})"), "Expected map or null");
  EXPECT_EQ(refusal(R"({"Inner":"a"})"), "Expected null");
}

TEST(MemberTypes, TheDepthsAreSearched) {
  for (const auto* const input : {R"({"Inner":{"Inner":{"Limit":"x"}}})",
                                  R"({"Entries":[{},{"Limit":"x"}]})",
                                  R"({"Attributes":{"any":{"Limit":"x"}}})"})
    EXPECT_EQ(refusal(input), "STRING_VALUE can not be converted to an Integer") << input;
  EXPECT_EQ(refusal(R"({"Keys":["a",5]})"), "NUMBER_VALUE can not be converted to a String");
  EXPECT_EQ(refusal(R"({"Tags":{"a":5}})"), "NUMBER_VALUE can not be converted to a String");
  EXPECT_EQ(refusal(R"({"Entries":["a"]})"), "Expected null");
}

}  // namespace
}  // namespace tidewire::local
