#include "consumer/print.hpp"

#include <gtest/gtest.h>

namespace tidewire::consumer {
namespace {

const time_point now = time_point(std::chrono::milliseconds(1'795'330'376'123));

received_event example() {
  received_event event;
  event.id = "event-1";
  event.detail_type = "ProductDataChangeEvent";
  event.source = "kinesis.inventory.\"products\"";
  event.time = "2026-11-22T06:52:56Z";
  event.before = "null";
  event.after = R"({"id":1})";
  event.event = R"({"payload":{"after":{"id":1}}})";
  return event;
}

TEST(Print, TextSaysWhatCameAndItsImagesLineByLine) {
  EXPECT_EQ(
      print_event(output_form::text, example(), "m-1", now),
      "2026-11-22 06:52:56,123 consumer INFO Received event detail-type: ProductDataChangeEvent, "
      "source: kinesis.inventory.\"products\", message id m-1\n"
      "2026-11-22 06:52:56,123 consumer INFO before: null\n"
      "2026-11-22 06:52:56,123 consumer INFO after: {\"id\":1}\n");
  EXPECT_EQ(print_deleted(output_form::text, "m-1", now),
            "2026-11-22 06:52:56,123 consumer INFO Deleted message m-1\n");
}

TEST(Print, JsonIsOneLineWithTheEventAsItCame) {
  EXPECT_EQ(
      print_event(output_form::json, example(), "m-1", now),
      R"({"id":"event-1","detail-type":"ProductDataChangeEvent","source":"kinesis.inventory.\"products\"",)"
      R"("time":"2026-11-22T06:52:56Z","event":{"payload":{"after":{"id":1}}}})"
      "\n");
  EXPECT_EQ(print_deleted(output_form::json, "m-1", now), "");
}

}  // namespace
}  // namespace tidewire::consumer
