#pragma once

#include "app/check_roads.hpp"
#include "app/engine_options.hpp"
#include "base/oid.hpp"
#include "postgres/connection.hpp"
#include "postgres/failure.hpp"
#include "postgres/table_name.hpp"

#include <optional>
#include <string>

namespace tidewire::app {

/// Why the first start could not make a replication slot; nothing if it could.
postgres::call<std::optional<std::string>> slot_obstacle(postgres::connection& database);

/// Why the first start could not make the publication, as the role is; nothing if it could.
/// `options` outlives the coroutine.
postgres::call<std::optional<std::string>> publication_obstacle(postgres::connection& database,
                                                                const reader_options& options);

/// Why a snapshot could not read the table; nothing if it could.
postgres::call<std::optional<std::string>> snapshot_obstacle(postgres::connection& database,
                                                             postgres::table_name name,
                                                             oid table);

/// The columns of which the table holds values that are stored out of line, or may. An update that
/// leaves such a value as it is does not bring it along, unless the replica identity is FULL.
/// Empty: there are none.
postgres::call<std::string> columns_out_of_line(postgres::connection& database, oid table);

}  // namespace tidewire::app
