#include "postgres/slot.hpp"

#include "postgres/database_fixture.hpp"
#include "postgres/replication.hpp"
#include "postgres/snapshot.hpp"

namespace tidewire::postgres {
namespace {

wall_clock now() {
  return [] { return std::chrono::system_clock::now(); };
}

slot_state right_slot() {
  slot_state slot;
  slot.name = "s";
  slot.plugin = "pgoutput";
  slot.database = "d";
  slot.wal_status = "reserved";
  return slot;
}

TEST(SlotCheck, AcceptsAFreeSlotOfOurs) {
  EXPECT_TRUE(check_slot(right_slot(), "d").has_value());
}

TEST(SlotCheck, NamesTheOtherPlugin) {
  slot_state slot = right_slot();
  slot.plugin = "wal2json";
  const auto f = check_slot(slot, "d").error();
  EXPECT_EQ(f.code, errc::slot_of_another_plugin);
  EXPECT_NE(f.message.find("wal2json"), std::string::npos);
  slot.plugin = "";
  EXPECT_NE(check_slot(slot, "d").error().message.find("physical"), std::string::npos);
}

TEST(SlotCheck, NamesTheOtherDatabase) {
  const auto f = check_slot(right_slot(), "mine").error();
  EXPECT_EQ(f.code, errc::slot_of_another_database);
  EXPECT_EQ(f.what, remedy::none);
}

TEST(SlotCheck, SaysThatItsLogIsLost) {
  slot_state slot = right_slot();
  slot.wal_status = "lost";
  EXPECT_EQ(check_slot(slot, "d").error().code, errc::slot_lost);
}

TEST(SlotCheck, NamesTheProcessThatHasItAndWaits) {
  slot_state slot = right_slot();
  slot.active = true;
  slot.active_pid = 4711;
  const auto f = check_slot(slot, "d").error();
  EXPECT_EQ(f.code, errc::slot_in_use);
  EXPECT_EQ(f.what, remedy::retry);
  EXPECT_NE(f.message.find("4711"), std::string::npos);
}

class IntegrationSlot : public database_test {};

TEST_F(IntegrationSlot, IsCreatedFoundAndDropped) {
  const auto db = connect();
  const auto replication = connect(connection_mode::replication);
  EXPECT_FALSE(done(find_slot(*db, "s")).has_value());
  const auto made = done(create_slot(*replication, "s"));
  EXPECT_TRUE(made.consistent_point);
  const auto found = done(find_slot(*db, "s"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->plugin, "pgoutput");
  EXPECT_EQ(found->database, database_);
  EXPECT_FALSE(found->active);
  EXPECT_EQ(found->confirmed_flush, made.consistent_point);
  EXPECT_EQ(found->wal_status, "reserved");
  EXPECT_TRUE(check_slot(*found, database_).has_value());
  EXPECT_EQ(refused(create_slot(*replication, "s")).sqlstate, "42710");
  done(drop_slot(*replication, "s"));
  EXPECT_FALSE(done(find_slot(*db, "s")).has_value());
  EXPECT_EQ(refused(drop_slot(*replication, "s")).sqlstate, "42704");
}

TEST_F(IntegrationSlot, ItsSnapshotShowsWhatWasCommittedBeforeAndNothingAfter) {
  sql("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
  const auto replication = connect(connection_mode::replication);
  const auto made = done(create_slot(*replication, "s"));
  sql("INSERT INTO t VALUES (2)");
  snapshot_options how;
  how.exported = made.snapshot;
  how.position = made.consistent_point;
  const auto session = done(snapshot_session::open(options(), how));
  EXPECT_EQ(done(session->database().query("SELECT string_agg(id::text, ',') FROM t")).text(0, 0),
            "1");
  EXPECT_EQ(session->position().position, made.consistent_point);
}

TEST_F(IntegrationSlot, InUseElsewhereNamesTheProcess) {
  sql("CREATE PUBLICATION p FOR ALL TABLES");
  auto first = connect(connection_mode::replication);
  const auto pid = std::to_string(first->backend_pid());
  done(create_slot(*first, "s"));
  replication_options how;
  how.slot = "s";
  how.publication = "p";
  const auto session = done(replication_session::start(std::move(first), how, now()));
  const auto db = connect();
  const auto f = check_slot(*done(find_slot(*db, "s")), database_).error();
  EXPECT_EQ(f.code, errc::slot_in_use);
  EXPECT_NE(f.message.find(pid), std::string::npos) << f.message;

  const auto raced =
      refused(replication_session::start(connect(connection_mode::replication), how, now()));
  EXPECT_EQ(raced.code, errc::slot_in_use);
  EXPECT_EQ(raced.what, remedy::retry);
  EXPECT_NE(raced.message.find(pid), std::string::npos) << raced.message;
}

TEST_F(IntegrationSlot, ASampleTellsWhatIsWrittenAndWhatIsSentToTheOneThatStreams) {
  sql("CREATE PUBLICATION p FOR ALL TABLES");
  const auto db = connect();
  EXPECT_FALSE(done(sample_slot(*db, "s")).has_value());
  auto link = connect(connection_mode::replication);
  const auto made = done(create_slot(*link, "s"));
  const auto before = done(sample_slot(*db, "s"));
  ASSERT_TRUE(before.has_value());
  EXPECT_FALSE(before->sent) << "nobody streams";
  EXPECT_EQ(before->confirmed_flush, made.consistent_point);
  EXPECT_GE(before->written, made.consistent_point);
  replication_options how;
  how.slot = "s";
  how.publication = "p";
  const auto session = done(replication_session::start(std::move(link), how, now()));
  // A walsender says that the stream begins before it knows of a position.
  const auto until = patience_ends();
  bool streams = false;
  while (!streams && std::chrono::steady_clock::now() < until)
    streams = done(sample_slot(*db, "s"))->sent.has_value();
  EXPECT_TRUE(streams);
}

TEST_F(IntegrationSlot, MissingIsSaid) {
  replication_options how;
  how.slot = "nowhere";
  how.publication = "p";
  const auto f =
      refused(replication_session::start(connect(connection_mode::replication), how, now()));
  EXPECT_EQ(f.code, errc::slot_missing);
  EXPECT_NE(f.message.find("nowhere"), std::string::npos) << f.message;
}

TEST_F(IntegrationSlot, TheSystemIdentifiesItself) {
  const auto replication = connect(connection_mode::replication);
  const auto identity = done(identify_system(*replication));
  EXPECT_EQ(std::to_string(identity.system_id),
            sql("SELECT system_identifier FROM pg_control_system()"));
  EXPECT_EQ(identity.timeline, 1U);
  EXPECT_TRUE(identity.flushed);
}

TEST_F(IntegrationSlot, TheServerAndTheRoleAreChecked) {
  sql("DROP ROLE IF EXISTS plain; CREATE ROLE plain LOGIN; DROP ROLE IF EXISTS copier; CREATE ROLE "
      "copier LOGIN REPLICATION");
  EXPECT_TRUE(attempt(check_server(*connect())).has_value());
  auto to = options();
  to.user = "copier";
  const auto copier = done(connection::open(to, connection_mode::query));
  EXPECT_TRUE(attempt(check_server(*copier)).has_value());
  to.user = "plain";
  const auto plain = done(connection::open(to, connection_mode::query));
  const auto f = refused(check_server(*plain));
  EXPECT_EQ(f.code, errc::not_permitted);
  EXPECT_NE(f.message.find("ALTER ROLE \"plain\" REPLICATION"), std::string::npos) << f.message;
}

TEST(IntegrationServer, WithoutLogicalWalLevelSaysWhatToDo) {
  const testing::postgres_cluster::settings physical{{"wal_level", "replica"}};
  const testing::postgres_cluster cluster(physical);
  connection_options to;
  to.host = "127.0.0.1";
  to.port = cluster.port();
  to.user = "postgres";
  to.dbname = "postgres";
  asio::io_context io(1);
  const auto db = testing::run_task(io, connection::open(to, connection_mode::query)).value();
  const auto answer = testing::run_task(io, check_server(*db));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, errc::not_permitted);
  EXPECT_NE(answer.error().message.find("wal_level"), std::string::npos) << answer.error().message;
}

}  // namespace
}  // namespace tidewire::postgres
