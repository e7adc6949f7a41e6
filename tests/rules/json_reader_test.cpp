#include "rules/json_reader.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tidewire::rules {
namespace {

std::vector<json_token> tokens_of(std::string_view text) {
  std::vector<json_token> out;
  json_reader in(text);
  do {
    out.push_back(in.next());
  } while (out.back() != json_token::end && out.back() != json_token::bad);
  return out;
}

bool is_json(std::string_view text) {
  return tokens_of(text).back() == json_token::end;
}

TEST(JsonReader, AnswersTokensInOrder) {
  using enum json_token;
  EXPECT_EQ(tokens_of(R"( {"a" : [1, "x", true, false, null, {}], "b": [[]]} )"),
            (std::vector{begin_object,
                         name,
                         begin_array,
                         number,
                         string,
                         literal_true,
                         literal_false,
                         literal_null,
                         begin_object,
                         end_object,
                         end_array,
                         name,
                         begin_array,
                         begin_array,
                         end_array,
                         end_array,
                         end_object,
                         end}));
}

TEST(JsonReader, TakesScalarsAsDocuments) {
  for (const auto* text :
       {"1", "-0", "0.5", "1e5", "1E+05", "-1.25e-3", "\"\"", "true", "null", " \n\t\r5 "})
    EXPECT_TRUE(is_json(text)) << text;
}

TEST(JsonReader, RefusesWhatIsNotJson) {
  for (const auto* text : {"",
                           " ",
                           "{",
                           "[",
                           "{]",
                           "[}",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{,}",
                           "[1,]",
                           "[,1]",
                           "[1 2]",
                           "{\"a\":1 \"b\":2}",
                           "{a:1}",
                           "{'a':1}",
                           "01",
                           "-",
                           "+1",
                           ".5",
                           "1.",
                           "1e",
                           "1e+",
                           "0x1",
                           "NaN",
                           "Infinity",
                           "tru",
                           "nulls",
                           "TRUE",
                           "\"",
                           "\"a",
                           "\"\\\"",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "\"\\u12g4\"",
                           "\"\n\"",
                           "{} {}",
                           "1 1",
                           "]",
                           "}",
                           ",",
                           ":",
                           "\xEF\xBB\xBF{}",
                           "// c\n1"})
    EXPECT_FALSE(is_json(text)) << text;
}

TEST(JsonReader, RefusesEveryBeginningOfADocument) {
  const std::string_view whole = R"({"a":[1.5e3,"x\u00e9",{"b":null}],"c":true})";
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(is_json(whole.substr(0, size))) << size;
  EXPECT_TRUE(is_json(whole));
}

TEST(JsonReader, LimitsTheDepth) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(is_json(nested(json_reader::depth_max)));
  EXPECT_FALSE(is_json(nested(json_reader::depth_max + 1)));
}

TEST(JsonReader, ResolvesEscapes) {
  const auto decoded = [](std::string_view text) {
    json_reader in(text);
    EXPECT_EQ(in.next(), json_token::string) << text;
    return in.decoded();
  };
  EXPECT_EQ(decoded(R"("a\"\\\/\b\f\n\r\tz")"), "a\"\\/\b\f\n\r\tz");
  EXPECT_EQ(decoded(R"("\u0041\u00e9\u20AC")"), "A\u00e9\u20ac");
  EXPECT_EQ(decoded(R"("\ud83d\ude00!")"), "\U0001F600!");
  EXPECT_EQ(decoded(R"("\ud83d-\ude00")"), "\uFFFD-\uFFFD");
  EXPECT_EQ(decoded(R"("\ud83d\u0041")"), "\uFFFDA");
  EXPECT_EQ(decoded(R"("\u0000")"), std::string(1, '\0'));
}

TEST(JsonReader, SkipsAWholeValueAndGoesOnBehindIt) {
  json_reader in(R"({"a":{"b":[1,{"c":2}]},"d":3})");
  in.next();
  ASSERT_EQ(in.next(), json_token::name);
  ASSERT_TRUE(in.skip_rest_of(in.next()));
  ASSERT_EQ(in.next(), json_token::name);
  EXPECT_EQ(in.raw(), "d");
  EXPECT_FALSE(json_reader("").skip_rest_of(json_token::bad));
}

TEST(JsonReader, StaysBad) {
  json_reader in("{x");
  in.next();
  EXPECT_EQ(in.next(), json_token::bad);
  EXPECT_EQ(in.next(), json_token::bad);
  EXPECT_STRNE(in.error(), "");
}

}  // namespace
}  // namespace tidewire::rules
