#include "base/lsn.hpp"

#include <gtest/gtest.h>

namespace tidewire {
namespace {

TEST(Lsn, PrintsTwoHexadecimalHalves) {
  EXPECT_EQ(to_string(lsn{0x16'B374D848}), "16/B374D848");
  EXPECT_EQ(to_string(lsn{}), "0/0");
}

TEST(Lsn, ReadsWhatItPrints) {
  for (const std::uint64_t value : {0ULL, 1ULL, 0xFFFFFFFFULL, 0x1'00000000ULL, ~0ULL})
    EXPECT_EQ(parse_lsn(to_string(lsn{value})), lsn{value}) << value;
}

TEST(Lsn, RefusesAnythingElse) {
  for (const char* text :
       {"", "/", "1/", "/1", "16", "16/B374D84G", "1/2/3", "-1/2", "100000000/0"})
    EXPECT_EQ(parse_lsn(text), std::nullopt) << text;
}

}  // namespace
}  // namespace tidewire
