#pragma once

#include "postgres/pgoutput.hpp"
#include "postgres/table.hpp"

namespace tidewire::postgres {

/// The table that the tuples after a Relation message belong to: its columns in its order, with its
/// types and identity flags, and the rest (nullability, defaults, comments, key) from the catalogue
/// as it is now, by column name. A column that the catalogue does not know (renamed or dropped
/// since) is nullable and without default. A key column that the message does not have is left out
/// of the key.
/// \param catalogued nullptr if the table is gone.
table merge(const relation_message& relation, const table* catalogued);

}  // namespace tidewire::postgres
