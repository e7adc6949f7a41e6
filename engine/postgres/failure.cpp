#include "postgres/failure.hpp"

#include <boost/system/system_error.hpp>
#include <boost/throw_exception.hpp>

#include <algorithm>
#include <array>

namespace tidewire::postgres {
namespace {

struct sqlstate_rule {
  std::string_view prefix;  // five characters: that state; two: its whole class
  remedy what;
};

// The first rule whose prefix fits decides. Source: PostgreSQL manual, appendix A.
// Not in the table: whatever the server may think better of in time is retried, as an engine that
// ends by itself during somebody's maintenance is worse than one that logs and waits.
constexpr std::array sqlstate_rules{
    sqlstate_rule{"28", remedy::none},     // invalid_authorization_specification, 28P01
                                           // invalid_password: no role, no pg_hba line
    sqlstate_rule{"3D000", remedy::none},  // invalid_catalog_name: no such database
    sqlstate_rule{"3F000", remedy::none},  // invalid_schema_name
    sqlstate_rule{"42501", remedy::none},  // insufficient_privilege
    sqlstate_rule{"42704", remedy::none},  // undefined_object: no such slot, publication or type
    sqlstate_rule{
        "42P01",
        remedy::retry},  // undefined_table: dropped while we looked; the next look does not see it
    sqlstate_rule{"42", remedy::none},  // syntax error or access rule violation: the same again
                                        // would be refused again
    sqlstate_rule{"22",
                  remedy::none},  // data exception: an option or name that the server does not take
    sqlstate_rule{"0A000", remedy::none},  // feature_not_supported: such as wal_level below logical
    sqlstate_rule{"55006", remedy::retry},  // object_in_use: the slot is active elsewhere
    sqlstate_rule{"55P03", remedy::retry},  // lock_not_available: snapshot.lock.timeout.ms passed
    sqlstate_rule{
        "55000",
        remedy::none},  // object_not_in_prerequisite_state: wal_level too low, slot invalidated
    sqlstate_rule{"53400",
                  remedy::none},  // configuration_limit_exceeded: all replication slots are in use
    sqlstate_rule{"53", remedy::retry},  // insufficient resources: 53300 too_many_connections, disk
                                         // full, out of memory
    sqlstate_rule{"57", remedy::retry},  // operator intervention: shutting down 57P01, crashed
                                         // 57P02, starting up 57P03
    sqlstate_rule{"08", remedy::retry},  // connection exception
    sqlstate_rule{
        "25",
        remedy::retry},  // invalid transaction state, such as an idle session ended by a timeout
    sqlstate_rule{"40", remedy::retry},  // transaction rollback: serialization failure, deadlock
    sqlstate_rule{"58",
                  remedy::retry},  // system error outside PostgreSQL: an I/O error, a file gone
    sqlstate_rule{"XX", remedy::retry},  // internal error
};

remedy remedy_for_errc(errc code) noexcept {
  switch (code) {
    case errc::connection_failed:
    case errc::connection_lost:
    case errc::deadline_exceeded:
    case errc::stream_ended:
    case errc::slot_in_use:
    case errc::query_failed:
    case errc::spill_full:  // the server sends the transaction again, without streaming
    case errc::spill_damaged:
    case errc::stream_undecidable:
      return remedy::retry;
    case errc::truncated_message:     // a new connection may send it whole; the bytes come from a
                                      // checked stream, so
    case errc::unknown_message_type:  // it more likely is a server that speaks otherwise
    case errc::malformed_message:
    case errc::unexpected_answer:
    case errc::publication_missing:
    case errc::slot_missing:
    case errc::slot_of_another_plugin:
    case errc::slot_of_another_database:
    case errc::slot_lost:
    case errc::not_permitted:
      return remedy::none;
  }
  return remedy::retry;
}

}  // namespace

remedy remedy_for(error_code code, std::string_view sqlstate) noexcept {
  if (!sqlstate.empty()) {
    const auto rule =
        std::find_if(sqlstate_rules.begin(), sqlstate_rules.end(), [&](const sqlstate_rule& r) {
          return sqlstate.starts_with(r.prefix);
        });
    return rule == sqlstate_rules.end() ? remedy::retry : rule->what;
  }
  if (code.category() == postgres_category())
    return remedy_for_errc(static_cast<errc>(code.value()));
  return remedy::retry;  // the system's: refused, reset, timed out, host not found
}

failure make_failure(error_code code, std::string message, std::string_view sqlstate) {
  return failure{code, std::string(sqlstate), std::move(message), remedy_for(code, sqlstate)};
}

std::string describe(const failure& f) {
  std::string text = f.message.empty() ? f.code.message() : f.message;
  if (!f.sqlstate.empty()) text += " (SQLSTATE " + f.sqlstate + ")";
  return text;
}

void throw_exception_from_error(const failure& f, const boost::source_location& where) {
  boost::throw_with_location(boost::system::system_error(f.code, describe(f)), where);
}

}  // namespace tidewire::postgres
