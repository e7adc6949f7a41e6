#include "debezium/resume_filter.hpp"
#include "debezium/resume_point.hpp"

#include <gtest/gtest.h>

namespace tidewire::debezium {
namespace {

using verdict = resume_filter::verdict;

connector_position streamed(std::uint64_t at,
                            std::uint64_t processed,
                            std::uint64_t commit,
                            const char* type) {
  return {.at = lsn{at}, .processed = lsn{processed}, .commit = lsn{commit}, .message_type = type};
}

TEST(ResumePoint, AnUnfinishedSnapshotIsTakenAgain) {
  EXPECT_FALSE(resume_from({.snapshot = true, .at = lsn{5}}).snapshot_completed);
}

TEST(ResumePoint, AFinishedSnapshotIsFollowedByEverythingAfterIt) {
  EXPECT_EQ(resume_from({.snapshot = true, .last_snapshot_record = true, .at = lsn{5}}),
            (resume_point{.snapshot_completed = true, .position = lsn{5}}));
}

TEST(ResumePoint, BeforeTheFirstCommitNothingIsFilteredAsInDebezium) {
  EXPECT_EQ(resume_from({.at = lsn{5}, .processed = lsn{6}, .message_type = "INSERT"}),
            (resume_point{.snapshot_completed = true, .position = lsn{6}}));
}

TEST(ResumePoint, WithinATransactionItsRestFollows) {
  EXPECT_EQ(resume_from(streamed(20, 20, 10, "INSERT")), (resume_point{true, lsn{10}, lsn{20}}));
  // A transaction that began long before the last commit.
  EXPECT_EQ(resume_from(streamed(7, 7, 10, "UPDATE")), (resume_point{true, lsn{10}, lsn{7}}));
  // Of a truncation of several tables not all were sent: `lsn_proc` is of the change before.
  EXPECT_EQ(resume_from(streamed(30, 20, 10, "TRUNCATE")), (resume_point{true, lsn{10}, lsn{20}}));
}

TEST(ResumePoint, AfterACommitWholeTransactionsFollow) {
  EXPECT_EQ(resume_from(streamed(8, 10, 10, "INSERT")), (resume_point{true, lsn{10}, lsn{}}));
  EXPECT_EQ(resume_from(streamed(10, 10, 10, "COMMIT")), (resume_point{true, lsn{10}, lsn{}}));
}

TEST(ResumePoint, OfABegunTransactionNothingWasSent) {
  EXPECT_EQ(resume_from(streamed(20, 20, 10, "BEGIN")), (resume_point{true, lsn{10}, lsn{}}));
}

TEST(ResumePoint, AChangeMayStandWhereTheLastTransactionEnded) {
  EXPECT_EQ(resume_from(streamed(10, 10, 10, "INSERT")), (resume_point{true, lsn{10}, lsn{10}}));
  EXPECT_EQ(resume_from(streamed(10, 10, 10, "")), (resume_point{true, lsn{10}, lsn{}}))
      << "not known whether it was sent: rather twice than never";
}

TEST(ResumePoint, AMessageOutsideOfTransactionsIsNotSentAgain) {
  EXPECT_EQ(resume_from(streamed(10, 10, 10, "MESSAGE")), (resume_point{true, lsn{11}, lsn{}}));
}

TEST(ResumeFilter, LeavesOutWhatWasSentOfTheFirstTransaction) {
  resume_filter filter(lsn{20});
  EXPECT_EQ(filter.change(lsn{5}, "m", false), verdict::pass) << "a message before any transaction";
  filter.begin(lsn{100});
  EXPECT_EQ(filter.change(lsn{10}, "a", false), verdict::skip);
  EXPECT_EQ(filter.change(lsn{20}, "b", false), verdict::skip);
  EXPECT_EQ(filter.change(lsn{30}, "c", false), verdict::pass);
  EXPECT_TRUE(filter.done());
  EXPECT_EQ(filter.skipped_count(), 2U);
  EXPECT_EQ(filter.transaction(), lsn{100});
}

TEST(ResumeFilter, SeveralChangesAtThePositionPassAgain) {
  resume_filter filter(lsn{20});
  filter.begin(lsn{100});
  EXPECT_EQ(filter.change(lsn{10}, "a", false), verdict::skip);
  EXPECT_EQ(filter.change(lsn{20}, "first row of a COPY", false), verdict::skip);
  EXPECT_EQ(filter.change(lsn{20}, "second", false), verdict::pass_with_held);
  EXPECT_EQ(filter.held(), "first row of a COPY");
  EXPECT_EQ(filter.change(lsn{20}, "third", false), verdict::pass);
  EXPECT_EQ(filter.skipped_count(), 1U);
}

TEST(ResumeFilter, AChangeOfManyEventsPassesAgain) {
  resume_filter filter(lsn{20});
  filter.begin(lsn{100});
  EXPECT_EQ(filter.change(lsn{20}, "an update of the key", true), verdict::pass);
  EXPECT_TRUE(filter.done());
}

TEST(ResumeFilter, LetsLaterTransactionsAlone) {
  resume_filter filter(lsn{20});
  filter.begin(lsn{100});
  EXPECT_EQ(filter.change(lsn{20}, "b", false), verdict::skip);
  filter.end();
  filter.begin(lsn{200});
  EXPECT_EQ(filter.change(lsn{15}, "c", false), verdict::pass);
  EXPECT_EQ(filter.transaction(), lsn{100});
}

TEST(ResumeFilter, ATransactionThatEndsBeforeThePositionIsAnother) {
  resume_filter filter(lsn{20});
  filter.begin(lsn{19});
  EXPECT_TRUE(filter.done());
  EXPECT_EQ(filter.change(lsn{10}, "a", false), verdict::pass);
}

}  // namespace
}  // namespace tidewire::debezium
