#include "ledger/certificate.hpp"

#include <fmt/format.h>

#include <iterator>

namespace tidewire::ledger {

std::string print_certificate(const provenance& of, const findings& all) {
  std::string out;
  const auto line = [&out]<class... Parts>(fmt::format_string<Parts...> text, Parts&&... parts) {
    fmt::format_to(std::back_inserter(out), text, std::forward<Parts>(parts)...);
    out += '\n';
  };
  table_findings sum;
  line("database  {} (system {}), decoded by test_decoding through slot {}",
       of.database,
       of.system,
       of.slot);
  line("range     {} to {}, {} transactions",
       to_string(of.from),
       to_string(of.until),
       all.transactions);
  if (all.snapshot)
    line("snapshot  at {}; it answers for {} changes before it",
         to_string(all.snapshot),
         all.before_snapshot);
  for (const auto& place : of.places) line("arrived   {}", place);
  if (all.outside > 0)
    line("          {} events of other tables or outside of the range", all.outside);
  line("\n{:<32} {:>9} {:>9} {:>8} {:>7} {:>8} {:>8} {:>9} {:>7}  {:<16} {:<16}",
       "table",
       "expected",
       "arrived",
       "snapshot",
       "missing",
       "repeated",
       "inverted",
       "differing",
       "unknown",
       "log",
       "arrivals");
  for (const auto& t : all.tables) {
    line("{:<32} {:>9} {:>9} {:>8} {:>7} {:>8} {:>8} {:>9} {:>7}  {:016x} {:016x}",
         t.name,
         t.expected,
         t.arrived,
         t.snapshot_rows,
         t.missing,
         t.repeated,
         t.inverted,
         t.differing,
         t.unknown,
         t.log_hash,
         t.arrival_hash);
    sum.expected += t.expected;
    sum.missing += t.missing;
    sum.repeated += t.repeated;
    sum.inverted += t.inverted;
    sum.differing += t.differing;
    sum.unknown += t.unknown;
  }
  out += '\n';
  for (const auto& example : all.examples) line("wrong     {}", example);
  line("result    {}: {} expected, {} missing, {} repeated, {} inverted, {} differing, {} unknown",
       all.good() ? "GOOD" : "BAD",
       sum.expected,
       sum.missing,
       sum.repeated,
       sum.inverted,
       sum.differing,
       sum.unknown);
  return out;
}

}  // namespace tidewire::ledger
