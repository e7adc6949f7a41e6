#include "postgres/failure.hpp"

#include <gtest/gtest.h>

namespace tidewire::postgres {
namespace {

TEST(Failure, AnAbsentOrBusyServerIsTriedAgain) {
  for (const char* const state : {"57P01",
                                  "57P02",
                                  "57P03",
                                  "53300",
                                  "08006",
                                  "08001",
                                  "55006",
                                  "55P03",
                                  "40001",
                                  "58030",
                                  "XX000",
                                  "25P03"})
    EXPECT_EQ(remedy_for(errc::query_failed, state), remedy::retry) << state;
  for (const errc code : {errc::connection_lost,
                          errc::connection_failed,
                          errc::stream_ended,
                          errc::deadline_exceeded,
                          errc::slot_in_use,
                          errc::spill_full,
                          errc::spill_damaged,
                          errc::stream_undecidable})
    EXPECT_EQ(remedy_for(code, ""), remedy::retry) << make_error_code(code).message();
  EXPECT_EQ(remedy_for(asio::error::connection_refused, ""), remedy::retry);
  EXPECT_EQ(remedy_for(asio::error::host_not_found, ""), remedy::retry);
}

TEST(Failure, AWrongConfigurationIsNot) {
  for (const char* const state :
       {"28P01", "28000", "3D000", "42501", "42704", "42601", "22023", "53400", "55000", "0A000"})
    EXPECT_EQ(remedy_for(errc::query_failed, state), remedy::none) << state;
  for (const errc code : {errc::publication_missing,
                          errc::slot_missing,
                          errc::slot_of_another_plugin,
                          errc::slot_lost,
                          errc::not_permitted})
    EXPECT_EQ(remedy_for(code, ""), remedy::none) << make_error_code(code).message();
}

TEST(Failure, DescribesItselfInOneLineWithTheSqlstate) {
  EXPECT_EQ(describe(make_failure(errc::query_failed, "it broke", "42601")),
            "it broke (SQLSTATE 42601)");
  EXPECT_EQ(describe(make_failure(errc::stream_ended, "")),
            "the server ended the replication stream");
}

}  // namespace
}  // namespace tidewire::postgres
