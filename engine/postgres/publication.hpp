#pragma once

#include "postgres/connection.hpp"
#include "postgres/table_name.hpp"

#include <string>
#include <vector>

namespace tidewire::postgres {

/// publication.autocreate.mode
enum class publication_autocreate : std::uint8_t {
  all_tables,  // where it is missing: FOR ALL TABLES (needs a superuser)
  disabled,    // it must be there
  filtered,    // for the captured tables: created, or set to them where it differs
};

struct publication_options {
  std::string name = "dbz_publication";
  publication_autocreate autocreate = publication_autocreate::all_tables;
};

enum class publication_change : std::uint8_t { none, created, altered };

/// Makes sure that the publication is there, and in mode `filtered` that it holds exactly
/// `captured`. A publication that is already right is not touched. Must come before the slot is
/// made, as a slot decodes with the catalogue of its time.
/// \errors errc::publication_missing in mode disabled; 42501 where the role may not create it.
call<publication_change> ensure_publication(connection& database,
                                            publication_options options,
                                            std::vector<table_name> captured);

/// The tables that the publication carries now (with FOR ALL TABLES, all of them).
call<std::vector<table_name>> published_tables(connection& database, std::string publication);

}  // namespace tidewire::postgres
