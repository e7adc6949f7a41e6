#include "postgres/slot_claim.hpp"

#include "postgres/database_fixture.hpp"
#include "postgres/replication.hpp"
#include "postgres/slot.hpp"

#include <gmock/gmock.h>

namespace tidewire::postgres {
namespace {

using ::testing::HasSubstr;

TEST(SlotClaim, NamesNoProcessWhenItsHolderLetGoBeforeItWasLookedFor) {
  EXPECT_THAT(claim_refusal("s", 7).message, HasSubstr("in use by process 7 of the server"));
  EXPECT_THAT(claim_refusal("s", 0).message, HasSubstr("in use by another session of the server"));
}

class IntegrationSlotClaim : public database_test {
 protected:
  std::unique_ptr<connection> link() { return connect(connection_mode::replication); }
  std::int32_t claimant() { return done(find_claimant(*connect(), "s")); }
  /// The server may take a moment to see that a connection is closed.
  void wait_until_free() {
    EXPECT_TRUE(in_time([&] { return claimant() == 0; }));
  }
};

TEST_F(IntegrationSlotClaim, IsOfOneAtATimeAndNamesTheOtherProcess) {
  EXPECT_EQ(claimant(), 0);
  auto first = link();
  done(claim_slot(*first, "s"));
  EXPECT_EQ(claimant(), first->backend_pid());
  const auto second = link();
  const auto why = refused(claim_slot(*second, "s"));
  EXPECT_EQ(why.code, errc::slot_in_use);
  EXPECT_EQ(why.what, remedy::retry);
  EXPECT_THAT(why.message, HasSubstr("process " + std::to_string(first->backend_pid())));
  first.reset();
  wait_until_free();
  done(claim_slot(*second, "s"));
}

TEST_F(IntegrationSlotClaim, IsOfOneSlotInOneDatabase) {
  const auto first = link();
  done(claim_slot(*first, "s"));
  done(claim_slot(*link(), "t"));
  auto elsewhere = options();
  elsewhere.dbname = "postgres";
  const auto other = done(connection::open(elsewhere, connection_mode::replication));
  done(claim_slot(*other, "s"));
  EXPECT_EQ(claimant(), first->backend_pid());
}

TEST_F(IntegrationSlotClaim, IsKeptWhileItsConnectionStreams) {
  sql("CREATE PUBLICATION p FOR ALL TABLES");
  auto first = link();
  const auto pid = first->backend_pid();
  done(claim_slot(*first, "s"));
  done(create_slot(*first, "s"));
  replication_options how;
  how.slot = "s";
  how.publication = "p";
  auto session = done(replication_session::start(
      std::move(first), how, [] { return std::chrono::system_clock::now(); }));
  EXPECT_EQ(claimant(), pid);
  EXPECT_EQ(done(find_slot(*connect(), "s"))->active_pid, pid);
  session.reset();
  wait_until_free();
}

TEST_F(IntegrationSlotClaim, OfAMachineThatIsGoneIsFoundOutSoon) {
  const auto first = link();
  done(claim_slot(*first, "s"));
  EXPECT_EQ(done(first->query("SHOW tcp_keepalives_idle")).text(0, 0), "30");
  EXPECT_EQ(done(first->query("SHOW tcp_keepalives_interval")).text(0, 0), "10");
  EXPECT_EQ(done(first->query("SHOW tcp_keepalives_count")).text(0, 0), "3");
}

}  // namespace
}  // namespace tidewire::postgres
