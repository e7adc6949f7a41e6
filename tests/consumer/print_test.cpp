#include "consumer/print.hpp"

#include "consumer/transaction_events.hpp"

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

transaction_run example_run(transaction_run::state how) {
  transaction_run run;
  run.id = "571";
  run.commit_ms = 1'795'330'375'100;
  run.how = how;
  run.changes = 1;
  run.events.push_back({testing::begin_of("571"), {testing::message_of("m-0")}});
  run.events.push_back({testing::change_of("571", 1), {testing::message_of("m-1")}});
  return run;
}

TEST(Print, ATransactionHasALineBeforeItsEvents) {
  auto run = example_run(transaction_run::state::complete);
  run.event_count = 1;
  EXPECT_EQ(print_run(output_form::text, run, now),
            "2026-11-22 06:52:56,123 consumer INFO Transaction 571 of 2026-11-22 06:52:55,100: 1 "
            "change\n" +
                print_event(output_form::text, run.events[0].event, "m-0", now) +
                print_event(output_form::text, run.events[1].event, "m-1", now));
}

TEST(Print, ATransactionThatIsNotCompleteSaysSo) {
  const auto first_line = [](const transaction_run& run) {
    const auto text = print_run(output_form::text, run, now);
    const auto start = text.find("INFO ") + 5;
    return text.substr(start, text.find('\n') - start);
  };
  auto run = example_run(transaction_run::state::incomplete);
  EXPECT_EQ(
      first_line(run),
      "Transaction 571 of 2026-11-22 06:52:55,100: incomplete, 1 change, and its end has not come");
  run.event_count = 3;
  EXPECT_EQ(first_line(run),
            "Transaction 571 of 2026-11-22 06:52:55,100: incomplete, 1 change of 3");
  run.how = transaction_run::state::late;
  EXPECT_EQ(
      first_line(run),
      "Transaction 571 of 2026-11-22 06:52:55,100: late, the others of it were printed before");
}

TEST(Print, JsonTellsTheTransactionOfEachLine) {
  auto run = example_run(transaction_run::state::incomplete);
  const std::string start =
      R"(,"detail-type":"Changed","source":"orders","time":"2026-11-22T06:52:56Z","event":{"after":{"id":)";
  EXPECT_EQ(
      print_run(output_form::json, run, now),
      R"({"id":"event-571-0")" + start +
          R"(0}},"transaction":{"id":"571","ts_ms":1795330375100,"order":null,"of":null,"state":"incomplete"}})" +
          "\n" + R"({"id":"event-571-1")" + start +
          R"(1}},"transaction":{"id":"571","ts_ms":1795330375100,"order":1,"of":null,"state":"incomplete"}})" +
          "\n");
  run.how = transaction_run::state::complete;
  run.event_count = 1;
  EXPECT_NE(print_run(output_form::json, run, now).find(R"("order":1,"of":1,"state":"complete"}})"),
            std::string::npos);
}

TEST(Print, WhatIsHeldKeepsOnlyWhatWillBePrinted) {
  for (const auto form : {output_form::text, output_form::json}) {
    auto event = example();
    drop_unprinted(form, event);
    EXPECT_EQ(print_event(form, event, "m-1", now), print_event(form, example(), "m-1", now));
    EXPECT_EQ(event.event.empty(), form == output_form::text);
    EXPECT_EQ(event.after.empty(), form == output_form::json);
  }
}

}  // namespace
}  // namespace tidewire::consumer
