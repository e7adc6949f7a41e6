#include "app/signal_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire::app {
namespace {

using postgres::pgoutput_message;
using postgres::value_kind;
using postgres::value_view;
using row = std::vector<value_view>;

constexpr oid signal_relation{7};
constexpr oid table_relation{8};

value_view text(std::string_view bytes) {
  return {value_kind::text, bytes};
}

class SignalWatch : public ::testing::Test {
 protected:
  SignalWatch() {
    learn(signal_relation, "signals", {"id", "type", "data"});
    // In another order than the chunk's.
    learn(table_relation, "a", {"v", "id"});
    postgres::table chunk{.id = table_relation, .schema = "public", .name = "a"};
    chunk.columns = {{.name = "id"}, {.name = "v"}};
    chunk.key = {0};
    watch.start_chunk(chunk);
    for (const row& one : {row{text("1"), text("x")}, row{text("2"), text("y")}})
      watch.rows().add(one);
  }

  void learn(oid id, std::string_view name, std::vector<std::string_view> names) {
    std::vector<postgres::relation_column> columns;
    for (const auto one : names) columns.push_back({.name = one});
    watch.learn({.id = id, .schema = "public", .name = name, .columns = columns});
  }

  signal_watch watch{postgres::table_name{"public", "signals"}};
  const row new_signal = {text("s1"), text("log"), {value_kind::null, {}}};
  const row changed = {text("z"), text("1")};
};

TEST_F(SignalWatch, FindsSignalsInNewRowsOfTheirTableOnly) {
  const pgoutput_message insert =
      postgres::insert_message{.relation = signal_relation, .new_row = new_signal};
  EXPECT_TRUE(watch.concerns(insert));
  EXPECT_EQ(watch.signal_in(insert), (signals::message{.id = "s1", .type = "log", .data = ""}));
  const pgoutput_message removal = postgres::delete_message{
      .relation = signal_relation, .old_kind = postgres::old_row_kind::full, .old_row = new_signal};
  EXPECT_FALSE(watch.concerns(removal));
  EXPECT_EQ(watch.signal_in(removal), std::nullopt);
  const pgoutput_message short_row = postgres::insert_message{
      .relation = signal_relation, .new_row = postgres::tuple_view(new_signal).first(2)};
  EXPECT_EQ(watch.signal_in(short_row), std::nullopt);
}

TEST_F(SignalWatch, ChangesConcernTheChunkBetweenItsMarksOnly) {
  const pgoutput_message insert =
      postgres::insert_message{.relation = table_relation, .new_row = changed};
  const pgoutput_message update =
      postgres::update_message{.relation = table_relation, .new_row = changed};
  EXPECT_FALSE(watch.concerns(insert));
  EXPECT_FALSE(watch.concerns(update));
  watch.overtake(update);
  EXPECT_EQ(watch.rows().row_count(), 2U);
  watch.rows().open();
  EXPECT_TRUE(watch.concerns(insert));
  EXPECT_TRUE(watch.concerns(update));
  watch.overtake(update);
  EXPECT_EQ(watch.rows().row_count(), 1U);
  watch.overtake(insert);
  EXPECT_EQ(watch.rows().row_count(), 1U);
}

/// Its commit was written before the first mark, and the rows were read before anybody saw it.
TEST_F(SignalWatch, AChangeThatTheRowsDoNotShowTakesItsRowOutBeforeTheFirstMarkToo) {
  ASSERT_TRUE(watch.read_as_of(*postgres::transaction_snapshot::parse("10:20:14")));
  const pgoutput_message update =
      postgres::update_message{.relation = table_relation, .new_row = changed};
  watch.pass(postgres::begin_message{.xid = 13});
  EXPECT_FALSE(watch.concerns(update));
  watch.overtake(update);
  EXPECT_EQ(watch.rows().row_count(), 2U);
  watch.pass(postgres::begin_message{.xid = 14});
  EXPECT_TRUE(watch.concerns(update));
  watch.overtake(update);
  EXPECT_EQ(watch.rows().row_count(), 1U);
  watch.rows().clear();
  EXPECT_FALSE(watch.concerns(update));
}

TEST_F(SignalWatch, RowsThatLackATransactionOfTheStreamAreNotTaken) {
  watch.pass(postgres::begin_message{.xid = 14});
  watch.pass(postgres::begin_message{.xid = 13});
  EXPECT_FALSE(watch.read_as_of(*postgres::transaction_snapshot::parse("10:20:14")));
  EXPECT_TRUE(watch.read_as_of(*postgres::transaction_snapshot::parse("15:20:")));
}

TEST_F(SignalWatch, OtherTablesDoNotTouchTheChunk) {
  watch.rows().open();
  const pgoutput_message update = postgres::update_message{.relation = oid{9}, .new_row = changed};
  EXPECT_FALSE(watch.concerns(update));
  watch.overtake(update);
  EXPECT_EQ(watch.rows().row_count(), 2U);
}

TEST_F(SignalWatch, ANewKeyTakesTheOldRowOutToo) {
  watch.rows().open();
  const row old_key = {{value_kind::null, {}}, text("2")};
  watch.overtake(postgres::update_message{.relation = table_relation,
                                          .old_kind = postgres::old_row_kind::key,
                                          .old_row = old_key,
                                          .new_row = changed});
  EXPECT_TRUE(watch.rows().empty());
}

TEST_F(SignalWatch, DeletesAndTruncatesTakeRowsOut) {
  watch.rows().open();
  watch.overtake(postgres::delete_message{.relation = table_relation, .old_row = changed});
  EXPECT_EQ(watch.rows().row_count(), 1U);
  const std::vector<oid> relations = {oid{9}, table_relation};
  const pgoutput_message truncate = postgres::truncate_message{.relations = relations};
  EXPECT_TRUE(watch.concerns(truncate));
  watch.overtake(truncate);
  EXPECT_TRUE(watch.rows().empty());
}

TEST_F(SignalWatch, ForgetsEverythingWithTheConnection) {
  watch.rows().open();
  watch.pass(postgres::begin_message{.xid = 14});
  watch.reconnected();
  EXPECT_TRUE(watch.rows().empty());
  EXPECT_TRUE(watch.read_as_of(*postgres::transaction_snapshot::parse("10:20:14")));
  EXPECT_FALSE(
      watch.concerns(postgres::insert_message{.relation = signal_relation, .new_row = new_signal}));
}

}  // namespace
}  // namespace tidewire::app
