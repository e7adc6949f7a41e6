#include "postgres/slot_claim.hpp"

#include "base/checksum.hpp"

#include <utility>

namespace tidewire::postgres {
namespace {

constexpr std::uint32_t claims = 0x74696465;  // the class of our locks among a database's: "tide"

/// Takes both numbers as signed, where pg_locks shows them unsigned.
std::string lock_statement(std::string_view slot) {
  return "SELECT pg_catalog.pg_try_advisory_lock(" +
         std::to_string(static_cast<std::int32_t>(claims)) + ", " +
         std::to_string(static_cast<std::int32_t>(checksum(slot))) + ")";
}

/// After 30 s of silence, and three unanswered questions. A socket that is no TCP does not mind.
constexpr std::string_view keepalives =
    "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3;";

}  // namespace

call<nothing> claim_slot(connection& replication, std::string slot) {
  std::string statements = lock_statement(slot);
  if (replication.options().tcp_keepalive) statements.insert(0, keepalives);
  auto answer = co_await replication.query(std::move(statements));
  if (!answer) co_return std::move(answer).error();
  if (answer->flag(0, 0)) co_return nothing{};
  const auto holder = co_await find_claimant(replication, slot);
  if (!holder) co_return holder.error();
  co_return claim_refusal(slot, *holder);
}

failure claim_refusal(std::string_view slot, std::int32_t holder) {
  return make_failure(
      errc::slot_in_use,
      "replication slot \"" + std::string(slot) + "\" is in use by " +
          (holder == 0 ? "another session" : "process " + std::to_string(holder)) +
          " of the server: another engine streams from it, or takes a snapshot or catches up "
          "before");
}

call<std::int32_t> find_claimant(connection& database, std::string slot) {
  auto rows = co_await database.query(
      "SELECT l.pid FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_database d ON d.oid = l.database"
      " WHERE d.datname = current_database() AND l.granted AND l.locktype = 'advisory'"
      " AND l.objsubid = 2 AND l.classid = '" +
      std::to_string(claims) + "' AND l.objid = '" + std::to_string(checksum(slot)) + "'");
  if (!rows) co_return std::move(rows).error();
  co_return rows->empty() ? 0 : static_cast<std::int32_t>(rows->integer(0, 0));
}

}  // namespace tidewire::postgres
