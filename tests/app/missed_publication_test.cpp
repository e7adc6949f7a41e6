#include "app/missed_publication.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(MissedPublication, IsSureAfterThreeEndsAtOnePlace) {
  missed_publication missed;
  EXPECT_FALSE(missed.sure());
  missed.ended(lsn{100});
  missed.ended(lsn{100});
  EXPECT_FALSE(missed.sure());
  missed.ended(lsn{100});
  EXPECT_TRUE(missed.sure());
  EXPECT_EQ(missed.count(), 3U);
}

TEST(MissedPublication, BeginsAnewWhereTheStreamCameFurther) {
  missed_publication missed;
  for (int i = 0; i < 3; ++i) missed.ended(lsn{100});
  missed.ended(lsn{101});
  EXPECT_FALSE(missed.sure());
  EXPECT_EQ(missed.count(), 1U);
}

TEST(MissedPublication, NamesThePlaceAndBothWaysOut) {
  EXPECT_THAT(meaning_of_missed_publication("shop", lsn{0x16B3748}),
              AllOf(HasSubstr("the log behind 0/16B3748"),
                    HasSubstr("pg_drop_replication_slot('shop')"),
                    HasSubstr("pg_replication_slot_advance('shop', pg_current_wal_lsn())")));
}

}  // namespace
}  // namespace tidewire::app
