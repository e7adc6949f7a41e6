#include "postgres/snapshot.hpp"
#include "postgres/snapshot_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace tidewire::postgres {
namespace {

using ::testing::SizeIs;

/// A snapshot that is broken off, and another one that reads what is left.
class IntegrationUnfinishedSnapshot : public snapshot_test {
 protected:
  static snapshot_options in_pieces(std::size_t connections = 1) {
    snapshot_options how;
    how.pieces = {.connections = connections, .pages_min = 8, .pages_max = 8};
    return how;
  }
  std::unique_ptr<snapshot_session> open(snapshot_options how) {
    return done(snapshot_session::open(options(), std::move(how)));
  }

  /// What the rows of a snapshot were, by `id` (the first column), and which pages are done with.
  struct reading {
    std::map<std::string, std::string> rows;
    read_before so_far;
  };

  /// One table; until at least `rows_max` rows have come.
  reading read_some(snapshot_session& session, snapshot_table table, std::size_t rows_max) {
    reading found;
    std::vector<snapshot_table> tables;
    tables.push_back(std::move(table));
    done(session.read(std::move(tables)));
    found.so_far.filenode = session.readings().front().filenode;
    for (;;) {
      snapshot_row row;
      const auto state = session.try_next(row);
      if (state == snapshot_state::row) {
        const auto values = values_of(row.columns);
        found.rows[values[0]] = values[1];
      } else if (state == snapshot_state::would_block) {
        done(session.advance());
      } else {
        EXPECT_EQ(state, snapshot_state::done);
      }
      snapshot_piece piece;
      while (session.next_finished(piece))
        found.so_far.pages.push_back({.page_begin = piece.page_begin,
                                      .page_end = piece.page_end,
                                      .horizon = session.position().horizon});
      if (found.rows.size() >= rows_max || state == snapshot_state::done) return found;
    }
  }

  snapshot_table table_named(snapshot_session& session, const std::string& name) {
    for (auto& table : all_tables(session))
      if (table.description.name == name) return table;
    ADD_FAILURE() << "no table " << name;
    return {};
  }

  void make_big() const {
    sql("CREATE TABLE big (id int PRIMARY KEY, v text, filler text) WITH (fillfactor = 90);"
        "INSERT INTO big SELECT n, 'old', repeat('x', 200) FROM generate_series(1, 20000) n");
  }
  std::map<std::string, std::string> rows_now() const {
    std::map<std::string, std::string> rows;
    const std::string all = sql("SELECT string_agg(id || '=' || v, ',') FROM big");
    for (std::size_t at = 0; at < all.size();) {
      const std::size_t end = std::min(all.find(',', at), all.size());
      const std::string one = all.substr(at, end - at);
      rows[one.substr(0, one.find('='))] = one.substr(one.find('=') + 1);
      at = end + 1;
    }
    return rows;
  }
};

TEST_F(IntegrationUnfinishedSnapshot, TheNextOneReadsTheRestAndWhatHasChanged) {
  make_big();
  auto session = open(in_pieces());
  const auto first = read_some(*session, table_named(*session, "big"), 12'000);
  session.reset();
  ASSERT_GE(first.so_far.pages.size(), 3U);

  // Rows move from pages that were not read into those that were, and the other way round.
  sql("DELETE FROM big WHERE id % 7 = 0; VACUUM big");
  sql("UPDATE big SET v = 'new' WHERE id % 5 = 0");
  sql("INSERT INTO big SELECT n, 'new', '' FROM generate_series(20001, 20100) n");
  const auto now = rows_now();

  session = open(in_pieces());
  auto table = table_named(*session, "big");
  table.before = first.so_far;
  const auto second = read_some(*session, std::move(table), SIZE_MAX);
  EXPECT_TRUE(session->readings().front().goes_on);
  EXPECT_LT(second.rows.size(), now.size() - 5'000);
  for (const auto& [id, v] : now) {
    const auto again = second.rows.find(id);
    if (again != second.rows.end()) {
      EXPECT_EQ(again->second, v) << id;
    } else {
      EXPECT_TRUE(first.rows.contains(id)) << id;
      EXPECT_EQ(v, "old") << id;
    }
  }
}

TEST_F(IntegrationUnfinishedSnapshot, EveryRowComesWithSeveralConnectionsToo) {
  make_big();
  auto session = open(in_pieces(3));
  const auto first = read_some(*session, table_named(*session, "big"), 12'000);
  session.reset();
  ASSERT_FALSE(first.so_far.pages.empty());
  session = open(in_pieces(3));
  auto table = table_named(*session, "big");
  table.before = first.so_far;
  std::ranges::sort(table.before.pages, {}, &pages_read::page_begin);
  const auto second = read_some(*session, std::move(table), SIZE_MAX);
  EXPECT_LT(second.rows.size(), 20'000U);
  std::set<std::string> all;
  for (const auto& [id, v] : first.rows) all.insert(id);
  for (const auto& [id, v] : second.rows) all.insert(id);
  EXPECT_THAT(all, SizeIs(20'000));
}

TEST_F(IntegrationUnfinishedSnapshot, RowsOfFinishedPiecesHaveBeenGivenOut) {
  make_big();
  const auto session = open(in_pieces());
  const auto all = read_some(*session, table_named(*session, "big"), SIZE_MAX);
  EXPECT_THAT(all.rows, SizeIs(20'000));
  ASSERT_FALSE(all.so_far.pages.empty());
  EXPECT_EQ(all.so_far.pages.front().page_begin, 0U);
  EXPECT_EQ(all.so_far.pages.back().page_end, std::nullopt);
  for (std::size_t i = 1; i < all.so_far.pages.size(); ++i)
    EXPECT_EQ(all.so_far.pages[i].page_begin, all.so_far.pages[i - 1].page_end);
}

TEST_F(IntegrationUnfinishedSnapshot, InAnotherFileThePagesMeanNothing) {
  make_big();
  auto session = open(in_pieces());
  const auto first = read_some(*session, table_named(*session, "big"), 12'000);
  session.reset();
  sql("VACUUM FULL big");
  session = open(in_pieces());
  auto table = table_named(*session, "big");
  table.before = first.so_far;
  const auto second = read_some(*session, std::move(table), SIZE_MAX);
  EXPECT_FALSE(session->readings().front().goes_on);
  EXPECT_THAT(second.rows, SizeIs(20'000));
}

TEST_F(IntegrationUnfinishedSnapshot, WhatIsNoPlainTableOrHasAStatementOfItsOwnIsReadWhole) {
  sql("CREATE TABLE parent (id int, v text) PARTITION BY RANGE (id);"
      "CREATE TABLE child PARTITION OF parent FOR VALUES FROM (0) TO (100);"
      "INSERT INTO parent VALUES (1, 'a'), (2, 'b');"
      "CREATE TABLE own (id int, v text); INSERT INTO own VALUES (1, 'a')");
  for (const std::string name : {"parent", "own"}) {
    const auto session = open(in_pieces());
    auto table = table_named(*session, name);
    if (name == "own") table.select = "SELECT id, v FROM own;";
    table.before = {.filenode = 1, .pages = {{.page_begin = 0, .page_end = {}, .horizon = 3}}};
    const auto all = read_some(*session, std::move(table), SIZE_MAX);
    EXPECT_EQ(session->readings().front().filenode, 0U) << name;
    EXPECT_FALSE(all.rows.empty()) << name;
    EXPECT_THAT(all.so_far.pages, SizeIs(1)) << name;
  }
}

/// Rows that the snapshot shows may be on other pages, or shown by no snapshot of before.
TEST_F(IntegrationUnfinishedSnapshot, ATableThatWasRewrittenBeforeItWasLockedIsReadInAnotherOne) {
  make_big();
  sql("CREATE TABLE parent (id int) PARTITION BY RANGE (id);"
      "CREATE TABLE child PARTITION OF parent FOR VALUES FROM (0) TO (100)");
  const std::pair<std::string, std::string> cases[] = {
      {"big", "VACUUM FULL big"},
      {"big", "ALTER TABLE big ALTER id TYPE bigint"},
      {"parent", "VACUUM FULL child"}};
  for (const auto& [table, statement] : cases) {
    SCOPED_TRACE(statement);
    auto session = open(in_pieces());
    std::vector<snapshot_table> tables;
    tables.push_back(table_named(*session, table));
    sql(statement);
    const auto begun = attempt(session->read(std::move(tables)));
    ASSERT_FALSE(begun);
    EXPECT_EQ(begun.error().what, remedy::retry);
    EXPECT_THAT(begun.error().message, ::testing::HasSubstr("was rewritten"));
  }
}

}  // namespace
}  // namespace tidewire::postgres
