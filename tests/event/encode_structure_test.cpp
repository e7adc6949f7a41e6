#include "event/encode_structure.hpp"

#include "encoding.hpp"
#include "event/array_text.hpp"
#include "event/encode_scalar.hpp"
#include "event/java_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidewire::event {
namespace {

using test::written;

value_encoder array_of(encode_function element) {
  value_encoder encoder;
  encoder.encode = encode::array;
  encoder.element = std::make_unique<value_encoder>();
  encoder.element->encode = element;
  return encoder;
}

TEST(EncodeArray, WritesElementsAndNulls) {
  EXPECT_EQ(written(array_of(encode::integer), "{1,2,NULL}"), "[1,2,null]");
  EXPECT_EQ(written(array_of(encode::integer), "{}"), "[]");
  EXPECT_EQ(written(array_of(encode::boolean), "{t,f,NULL}"), "[true,false,null]");
  EXPECT_EQ(written(array_of(encode::integer), "[0:1]={7,8}"), "[7,8]");
}

TEST(EncodeArray, TakesQuotesAndBackslashesAway) {
  EXPECT_EQ(written(array_of(encode::string), R"({a,NULL,"b c","NULL","q\"\\,{}",""})"),
            R"(["a",null,"b c","NULL","q\"\\,{}",""])");
}

TEST(EncodeArray, LosesAnArrayInAnArrayAsDebeziumDoes) {
  EXPECT_EQ(written(array_of(encode::integer), "{{1,2},{3,4}}"), "[null,null]");
  value_encoder texts = array_of(encode::string);
  texts.nested_class = "java.lang.String";
  EXPECT_EQ(written(texts, R"({{a,"}"},{c,d}})"),
            R"(["[Ljava.lang.String;@0","[Ljava.lang.String;@0"])");
}

TEST(EncodeArray, FindsNothingInACatalogueVector) {
  EXPECT_EQ(written(encode::vector_elements, "1 2 3"), "[]");
  EXPECT_EQ(written(encode::vector_elements, ""), "(unrepresentable)");
}

TEST(EncodeArray, RefusesANullWhereElementsAreRequired) {
  value_encoder moods = array_of(encode::string);
  moods.elements_required = true;
  EXPECT_EQ(written(moods, "{sad,ok}"), R"(["sad","ok"])");
  EXPECT_EQ(written(moods, "{sad,NULL}"), "(unrepresentable)");
}

TEST(EncodeArray, IsLostWithAnElementThatCannotBeWritten) {
  EXPECT_EQ(written(array_of(encode::integer), "{1,x}"), "(unrepresentable)");
}

TEST(EncodeArray, RefusesAMalformedText) {
  for (const std::string_view text :
       {"", "1", "{", "{1", "{1,}", "{,1}", "{\"a}", "{\"a\\", "{{1}", "{1}}", "{1}x"})
    EXPECT_EQ(written(array_of(encode::integer), text), "(unrepresentable)") << text;
}

TEST(EncodeHstore, BecomesJsonInAString) {
  EXPECT_EQ(written(encode::hstore_json, R"("a"=>"1", "b"=>NULL, "c d"=>"x \" y")"),
            R"("{\"a\":\"1\",\"b\":null,\"c d\":\"x \\\" y\"}")");
  EXPECT_EQ(written(encode::hstore_json, ""), R"("{}")");
}

TEST(EncodeHstore, BecomesAMap) {
  EXPECT_EQ(written(encode::hstore_map, R"(""=>"", "a"=>"1", "b"=>"2")"),
            R"({"":"","a":"1","b":"2"})");
  EXPECT_EQ(written(encode::hstore_map, ""), "{}");
}

TEST(EncodeHstore, IsWalkedLikeAJavaHashMap) {
  // "Aa" and "BB" have the same hash; "b" (98) and "r" (114) share a bucket of 16.
  EXPECT_EQ(written(encode::hstore_map, R"("b"=>"1", "r"=>"2", "a"=>"3")"),
            R"({"a":"3","b":"1","r":"2"})");
  EXPECT_EQ(written(encode::hstore_map, R"("r"=>"2", "b"=>"1")"), R"({"r":"2","b":"1"})");
  EXPECT_EQ(written(encode::hstore_map, R"("BB"=>"1", "Aa"=>"2")"), R"({"BB":"1","Aa":"2"})");
}

TEST(EncodeHstore, RefusesAMalformedText) {
  for (const std::string_view text :
       {"a=>1", "\"a\"", "\"a\"=>", "\"a\"=>\"1\",\"b\"=>\"2\"", "\"a\"=>\"1", "\"a\\"})
    EXPECT_EQ(written(encode::hstore_json, text), "(unrepresentable)") << text;
}

TEST(JavaText, HashesUtf16) {
  EXPECT_EQ(java_string_hash("Aa"), java_string_hash("BB"));
  EXPECT_EQ(java_string_hash("abc"), 96354U);
  EXPECT_EQ(java_string_hash("é"), 233U);
  EXPECT_EQ(java_string_hash("😀"), 0xD83DU * 31 + 0xDE00U);
  EXPECT_EQ(java_length("a😀é"), 4U);
}

TEST(EncodePoint, HasItsWellKnownBinary) {
  EXPECT_EQ(written(encode::point, "(1.5,-2)"),
            R"({"x":1.5,"y":-2.0,"wkb":"AQEAAAAAAAAAAAD4PwAAAAAAAADA","srid":null})");
  EXPECT_EQ(written(encode::point, "(NaN,Infinity)"),
            R"({"x":"NaN","y":"Infinity","wkb":"AQEAAAAAAAAAAAD4fwAAAAAAAPB/","srid":null})");
  for (const std::string_view text : {"", "(1)", "(1,2", "1,2", "(1,2)x", "(a,b)"})
    EXPECT_EQ(written(encode::point, text), "(unrepresentable)") << text;
}

TEST(EncodeGeometry, KeepsTheBytesAndTellsTheReference) {
  EXPECT_EQ(written(encode::geometry, "0101000020E6100000000000000000F03F0000000000000040"),
            R"({"wkb":"AQEAACDmEAAAAAAAAAAA8D8AAAAAAAAAQA==","srid":4326})");
  EXPECT_EQ(written(encode::geometry, "0101000000000000000000F03F0000000000000040"),
            R"({"wkb":"AQEAAAAAAAAAAADwPwAAAAAAAABA","srid":null})");
}

TEST(EncodeShape, PrintsNumbersAsJavaDoes) {
  EXPECT_EQ(written(encode::shape_base64, "{1,2,3}"), "\"ezEuMCwyLjAsMy4wfQ==\"");
  EXPECT_EQ(written(encode::shape_base64, "<(0,0),5>"), "\"PCgwLjAsMC4wKSw1LjA+\"");
}

TEST(EncodeScalar, WritesSpecialFloatsAsStrings) {
  EXPECT_EQ(written(encode::float64, "NaN"), "\"NaN\"");
  EXPECT_EQ(written(encode::float32, "-Infinity"), "\"-Infinity\"");
  EXPECT_EQ(written(encode::float64, "-0"), "-0.0");
  EXPECT_EQ(written(encode::float32, "1e+10"), "1.0E10");
  EXPECT_EQ(written(encode::float64, "x"), "(unrepresentable)");
}

TEST(EncodeScalar, TakesIntegersAsTheyAre) {
  EXPECT_EQ(written(encode::integer, "-9223372036854775808"), "-9223372036854775808");
  for (const std::string_view text : {"", "-", "1.5", "1e3", "02", "111111111111111111111"})
    EXPECT_EQ(written(encode::integer, text), "(unrepresentable)") << text;
}

}  // namespace
}  // namespace tidewire::event
