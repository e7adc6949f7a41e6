#include "local/sqs/query.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>

namespace tidewire::local {
namespace {

namespace json = boost::json;

TEST(SqsQuery, AFormIsReadUnderTheNamesOfJson) {
  const auto input = query_input(
      "Action=SendMessage&Version=2012-11-05&MessageBody=a+b%26%3D%C3%BC&DelaySeconds=5&"
      "MessageAttribute.2.Name=n&MessageAttribute.2.Value.DataType=Number&"
      "MessageAttribute.2.Value.StringValue=7&MessageAttribute.1.Name=m&MessageAttribute.1.Value."
      "DataType=String&MessageAttribute.1.Value.StringValue=v",
      "http://h:1",
      "/000000000000/q");
  EXPECT_EQ(json::value(input),
            json::parse(
                R"({"DelaySeconds":5,"MessageBody":"a b&=ü","QueueUrl":"http://h:1/000000000000/q",
    "MessageAttributes":{"m":{"DataType":"String","StringValue":"v"},"n":{"DataType":"Number","StringValue":"7"}}})"));
}

TEST(SqsQuery, ListsFollowTheirNumbers) {
  std::string form = "Action=DeleteMessageBatch&QueueUrl=u";
  for (const int i : {10, 2, 1})
    form += "&DeleteMessageBatchRequestEntry." + std::to_string(i) + ".Id=id" + std::to_string(i);
  const auto entries = query_input(form, "", "/").at("Entries").as_array();
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].at("Id"), "id1");
  EXPECT_EQ(entries[2].at("Id"), "id10");
}

TEST(SqsQuery, AnAnswerIsXml) {
  const auto members =
      json::parse(R"({"Messages":[{"Body":"<&>\r","Attributes":{"SentTimestamp":"1"}}]})")
          .as_object();
  EXPECT_EQ(
      query_answer("ReceiveMessage", members, "id"),
      "<?xml version=\"1.0\"?><ReceiveMessageResponse "
      "xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\"><ReceiveMessageResult><Message>"
      "<Body>&lt;&amp;&gt;&#xd;</Body><Attribute><Name>SentTimestamp</Name><Value>1</Value></"
      "Attribute></Message></ReceiveMessageResult>"
      "<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></ReceiveMessageResponse>");
}

}  // namespace
}  // namespace tidewire::local
