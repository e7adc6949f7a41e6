#include "postgres/backlog.hpp"

#include "postgres/database_fixture.hpp"
#include "postgres/pgoutput.hpp"
#include "postgres/replication.hpp"
#include "postgres/slot.hpp"
#include "postgres/slot_claim.hpp"

#include <gmock/gmock.h>

#include <variant>
#include <vector>

namespace tidewire::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::uint64_t kibibyte = 1024;

class IntegrationBacklog : public database_test {
 protected:
  void SetUp() override {
    database_test::SetUp();
    sql("CREATE TABLE t (id int PRIMARY KEY, v text); CREATE PUBLICATION p FOR TABLE t");
    done(create_slot(*connect(connection_mode::replication), "s"));
  }

  std::unique_ptr<backlog_session> open(lsn start = {}) {
    return done(backlog_session::open(options(), how(start)));
  }
  static backlog_options how(lsn start = {}) {
    backlog_options how;
    how.slot = "s";
    how.publication = "p";
    how.start = start;
    how.pieces = {.piece_min = 64 * kibibyte, .piece_max = 256 * kibibyte};
    return how;
  }
  std::unique_ptr<replication_session> stream(lsn from = {}) {
    // The walsender of a stream before this one may need a moment to see that its reader is gone.
    EXPECT_TRUE(in_time([&] { return slot_column("active") == "f"; }));
    replication_options how;
    how.slot = "s";
    how.publication = "p";
    how.start = from;
    return done(replication_session::start(connect(connection_mode::replication), how, [] {
      return std::chrono::system_clock::now();
    }));
  }

  /// The messages with their positions, but for what tables look like, to the end of the backlog or
  /// to so many commits.
  std::vector<std::string> read(change_source& source, int commits = -1) {
    std::vector<std::string> lines;
    for (;;) {
      xlog_data data;
      const auto state = source.try_next(data);
      if (state == stream_state::caught_up) return lines;
      if (state == stream_state::would_block) {
        const auto readable = attempt(source.wait_readable(patience_ends()));
        if (readable && *readable) continue;
        ADD_FAILURE() << "nothing comes" << (readable ? "" : describe(readable.error()));
        return lines;
      }
      if (state == stream_state::failed || state == stream_state::ended) {
        ADD_FAILURE() << describe(source.stream_failure());
        return lines;
      }
      if (state != stream_state::data) continue;
      const auto message = decoder_.decode(data.payload).value();
      if (std::holds_alternative<relation_message>(message)) continue;
      lines.push_back(to_string(data.start) + ' ' + std::string(data.payload));
      if (std::holds_alternative<commit_message>(message) && --commits == 0) return lines;
    }
  }

  static int commits_in(const std::vector<std::string>& lines) {
    return static_cast<int>(std::ranges::count_if(
        lines, [](const std::string& line) { return line[line.find(' ') + 1] == 'C'; }));
  }
  std::string slot_column(const std::string& column) const {
    return cluster().sql("postgres",
                         "SELECT " + column + " FROM pg_replication_slots WHERE slot_name = 's'");
  }
  lsn log_end() const {
    return parse_lsn(cluster().sql("postgres", "SELECT pg_current_wal_insert_lsn()")).value();
  }

  pgoutput_decoder decoder_;
};

constexpr const char* some_rows =
    "INSERT INTO t SELECT id, repeat(md5(id::text), 10) FROM generate_series(1, 1000) id;"
    "UPDATE t SET v = 'changed' WHERE id % 3 = 0; DELETE FROM t WHERE id % 7 = 0;";

TEST_F(IntegrationBacklog, BringsWhatTheStreamWouldHaveBrought) {
  const auto other = connect();
  sql(some_rows);
  done(other->query("BEGIN"));
  done(other->query(
      "INSERT INTO t SELECT id, repeat('x', 100) FROM generate_series(2001, 3000) id"));
  sql("UPDATE t SET v = md5(v) WHERE id <= 500");
  done(other->query("SAVEPOINT a"));
  done(other->query(
      "INSERT INTO t SELECT id, repeat('x', 100) FROM generate_series(4001, 5000) id"));
  sql("UPDATE t SET v = md5(v) WHERE id <= 500; CREATE TABLE u (id int); INSERT INTO u VALUES (1)");
  done(other->query("ROLLBACK TO a"));
  sql("INSERT INTO t SELECT id, 'y' FROM generate_series(6001, 7000) id");
  done(other->query("COMMIT"));
  sql("TRUNCATE t");

  std::vector<std::string> copied;
  {
    const auto backlog = open();
    copied = read(*backlog);
    EXPECT_LT(log_end().value - backlog->received().value, 64 * kibibyte);
  }
  ASSERT_GT(copied.size(), 4000U);
  const auto streamed = read(*stream(), commits_in(copied));
  ASSERT_EQ(copied.size(), streamed.size());
  for (std::size_t i = 0; i < copied.size(); ++i) ASSERT_EQ(copied[i], streamed[i]) << i;
}

TEST_F(IntegrationBacklog, TheStreamGoesOnWhereItEnds) {
  sql(some_rows);
  const auto backlog = open();
  const auto copied = read(*backlog);
  const lsn end = backlog->received();
  done(backlog->finish());
  sql("INSERT INTO t VALUES (-1, 'after')");
  auto all = copied;
  std::ranges::copy(read(*stream(end), 4 - commits_in(copied)), std::back_inserter(all));
  EXPECT_EQ(all, read(*stream(), 4));
}

TEST_F(IntegrationBacklog, WhatIsDurableIsLeftOut) {
  sql(some_rows);
  const lsn durable = log_end();
  sql("INSERT INTO t SELECT id, repeat(md5(id::text), 10) FROM generate_series(5001, 6000) id");
  const auto lines = read(*open(durable));
  EXPECT_EQ(lines.size(), 1002U);
}

TEST_F(IntegrationBacklog, TheSlotFollowsWhatIsConfirmedAndNothingElse) {
  sql(some_rows);
  const std::string before = slot_column("confirmed_flush_lsn");
  const auto backlog = open();
  read(*backlog);
  EXPECT_EQ(slot_column("confirmed_flush_lsn"), before);
  backlog->confirm(backlog->received());
  done(backlog->finish());
  EXPECT_EQ(slot_column("confirmed_flush_lsn"), to_string(backlog->received()));
}

TEST_F(IntegrationBacklog, TheSlotMovesBetweenPieces) {
  sql(some_rows);
  auto often = how();
  often.confirm_interval = {};
  const auto backlog = done(backlog_session::open(options(), often));
  const lsn place = log_end();
  sql("INSERT INTO t SELECT id, repeat(md5(id::text), 10) FROM generate_series(5001, 6000) id");
  backlog->confirm(place);
  read(*backlog);
  EXPECT_EQ(slot_column("confirmed_flush_lsn"), to_string(place));
}

TEST_F(IntegrationBacklog, ItsCopyOfTheSlotGoesWithIt) {
  sql(some_rows);
  const auto slots = "SELECT count(*) FROM pg_replication_slots";
  {
    const auto backlog = open();
    read(*backlog);
    EXPECT_EQ(sql(slots), "2");
  }
  EXPECT_TRUE(in_time([&] { return sql(slots) == "1"; })) << sql(slots);
}

TEST_F(IntegrationBacklog, ASlotThatAnotherReaderTookIsSaid) {
  sql(some_rows);
  const auto backlog = open();
  read(*backlog);
  const auto other = stream();
  backlog->confirm(backlog->received());
  const auto why = refused(backlog->finish());
  EXPECT_EQ(why.code, errc::slot_in_use);
  EXPECT_THAT(why.message, HasSubstr("is active for PID"));
}

TEST_F(IntegrationBacklog, NoPieceBeginsWithoutTheClaim) {
  sql(some_rows);
  auto claimant = connect(connection_mode::replication);
  done(claim_slot(*claimant, "s"));
  auto claimed = how();
  claimed.claimant = claimant->backend_pid();
  EXPECT_THAT(read(*done(backlog_session::open(options(), claimed))), Not(IsEmpty()));

  const auto backlog = done(backlog_session::open(options(), claimed));
  claimant.reset();
  EXPECT_TRUE(in_time([&] { return done(find_claimant(*connect(), "s")) == 0; }));
  xlog_data data;
  ASSERT_EQ(backlog->try_next(data), stream_state::would_block);
  EXPECT_TRUE(done(backlog->wait_readable(patience_ends())));
  ASSERT_EQ(backlog->try_next(data), stream_state::failed);
  EXPECT_EQ(backlog->stream_failure().code, errc::connection_lost);
  EXPECT_THAT(backlog->stream_failure().message, HasSubstr("claims it is gone"));
}

TEST_F(IntegrationBacklog, AMissingPublicationEndsIt) {
  sql("DROP PUBLICATION p");
  sql(some_rows);
  const auto backlog = open();
  xlog_data data;
  auto state = backlog->try_next(data);
  while (state != stream_state::failed && state != stream_state::caught_up) {
    if (state == stream_state::would_block) {
      ASSERT_TRUE(done(backlog->wait_readable(patience_ends())));
    }
    state = backlog->try_next(data);
  }
  ASSERT_EQ(state, stream_state::failed);
  EXPECT_EQ(backlog->stream_failure().code, errc::publication_missing)
      << describe(backlog->stream_failure());
}

TEST_F(IntegrationBacklog, ASlotThatDoesNotExistIsSaid) {
  auto wrong = how();
  wrong.slot = "other";
  const auto why = refused(backlog_session::open(options(), wrong));
  EXPECT_EQ(why.code, errc::slot_missing) << describe(why);
}

TEST_F(IntegrationBacklog, EndsWhileAPieceIsUnderWay) {
  sql(some_rows);
  const auto backlog = open();
  backlog->wake();
  EXPECT_TRUE(done(backlog->wait_readable(patience_ends())));
  done(backlog->finish());
  EXPECT_EQ(slot_column("active"), "f");
}

TEST_F(IntegrationBacklog, ALittleIsLeftToTheStream) {
  sql("INSERT INTO t VALUES (1, 'a')");
  EXPECT_THAT(read(*open()), IsEmpty());
}

}  // namespace
}  // namespace tidewire::postgres
