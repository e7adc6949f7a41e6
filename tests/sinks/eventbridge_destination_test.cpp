#include "sinks/eventbridge_destination.hpp"

#include "sinks/scripted_destination.hpp"

#include <string>
#include <utility>
#include <vector>

namespace tidewire::sinks {
namespace {

class EventbridgeDestination : public scripted_destination {
 protected:
  eventbridge_destination destination(eventbridge_destination::options how = {}) {
    return {aws::eventbridge_client(service_.client("events")), std::move(how)};
  }
  std::string sent(std::size_t entry, const char* member) const {
    return std::string(service_.json(0).at("Entries").at(entry).at(member).as_string());
  }
};

const char* const one_taken = R"({"FailedEntryCount":0,"Entries":[{"EventId":"1"}]})";

TEST_F(EventbridgeDestination, SendsTheValueAsTheDetailUnderTheNamesOfItsTopic) {
  service_.then(200, one_taken);
  auto to = destination({.bus = {"common", {{"p.inventory.orders", "orders-bus"}}},
                         .source = {"", {{"p.inventory.orders", "shop"}}},
                         .detail_type = {"", {{"p.inventory.orders", "Order changed"}}}});
  encoded_request orders("p.inventory.orders");
  orders.add("1", R"({"op":"c"})");
  EXPECT_EQ(fates(send(to, orders)), (std::vector{fate::durable}));
  EXPECT_EQ(sent(0, "EventBusName"), "orders-bus");
  EXPECT_EQ(sent(0, "Source"), "shop");
  EXPECT_EQ(sent(0, "DetailType"), "Order changed");
  EXPECT_EQ(sent(0, "Detail"), R"({"op":"c"})");
}

TEST_F(EventbridgeDestination, NamesATopicWithoutNamesOfItsOwnAfterTheStream) {
  service_.then(200, one_taken);
  auto to = destination();
  encoded_request products("p.inventory.products");
  products.add("1", R"({"op":"c"})");
  send(to, products);
  EXPECT_EQ(sent(0, "EventBusName"), "default");
  EXPECT_EQ(sent(0, "Source"), "p.inventory.products");
  EXPECT_EQ(sent(0, "DetailType"), "ProductsDataChangeEvent");
}

TEST_F(EventbridgeDestination, TombstonesAreNotSent) {
  auto to = destination();
  encoded_request only("s");
  only.add("1", "");
  EXPECT_EQ(fates(send(to, only)), (std::vector{fate::skipped}));
  EXPECT_TRUE(service_.seen.empty());

  service_.then(200, one_taken);
  encoded_request both("s");
  both.add("1", "").add("2", "{}");
  EXPECT_EQ(fates(send(to, both)), (std::vector{fate::skipped, fate::durable}));
  EXPECT_EQ(service_.json(0).at("Entries").as_array().size(), 1U);
}

TEST_F(EventbridgeDestination, TellsEntriesThatComeAgainFromThoseThatNeverGetThrough) {
  service_.then(200, R"({"FailedEntryCount":3,"Entries":[{"ErrorCode":"ThrottlingException"},
    {"ErrorCode":"MalformedDetail","ErrorMessage":"Detail is malformed."},{"EventId":"1"},
    {"ErrorCode":"AccessDeniedException"}]})");
  auto to = destination();
  encoded_request what("s");
  what.add("1", "{}").add("2", "{}").add("3", "{}").add("4", "{}");
  EXPECT_EQ(fates(send(to, what)),
            (std::vector{fate::slow_down, fate::refused, fate::durable, fate::again}))
      << "a permission can be given";
}

TEST_F(EventbridgeDestination, AnEntryThatIsTooLargeIsRefusedAndTheTombstoneBesideItIsNot) {
  service_.then(413, "");
  auto to = destination();
  encoded_request what("s");
  what.add("1", "").add("2", R"({"large":true})");
  EXPECT_EQ(fates(send(to, what)), (std::vector{fate::skipped, fate::refused}));
}

TEST_F(EventbridgeDestination, AFailedRequestGoesAgainAsAWhole) {
  service_.then(400, R"({"__type":"ThrottlingException","message":"slow"})");
  auto to = destination();
  encoded_request what("s");
  what.add("1", "{}").add("2", "{}");
  EXPECT_EQ(fates(send(to, what)), (std::vector{fate::slow_down, fate::slow_down}));
}

TEST(UsualDetailType, IsTheTableWithACapitalAndFitsIntoTheLimit) {
  EXPECT_EQ(usual_detail_type("kinesis.inventory.products"), "ProductsDataChangeEvent");
  EXPECT_EQ(usual_detail_type("plain"), "PlainDataChangeEvent");
  EXPECT_EQ(usual_detail_type("a.b." + std::string(200, 't')).size(), 128U);
}

}  // namespace
}  // namespace tidewire::sinks
