#pragma once

#include "postgres/table_name.hpp"
#include "signals/signal.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tidewire::signals {

/// `schema.table`; without a dot the schema is empty. Of three parts the first, a database, does
/// not count.
postgres::table_name read_table_name(std::string_view text);

/// The tables that an incremental snapshot is asked for: per expression those of `known` whose
/// whole name it matches, with regard to case as Debezium does here, or the text itself where it
/// matches none. No table comes twice.
std::vector<postgres::table_name> choose_tables(const std::vector<std::string>& expressions,
                                                const std::vector<postgres::table_name>& known);

/// Whether a blocking snapshot reads the table: expressions in any case, several in one text
/// between commas.
bool wants_table(const std::vector<std::string>& expressions, std::string_view table);

/// The filter of the first condition whose expression matches the table; empty: none.
std::string filter_of(const std::vector<condition>& conditions, std::string_view table);

/// What a blocking snapshot reads in place of the table. The filter is a whole SELECT, as Debezium
/// has it there, or a condition, as incremental snapshots have it.
std::string statement_of(std::string_view filter, const postgres::table_name& table);

}  // namespace tidewire::signals
