#pragma once

#include "base/oid.hpp"
#include "postgres/connection.hpp"

#include <cstdint>
#include <vector>

namespace tidewire::postgres {

/// Where a table's rows lie.
struct table_storage {
  std::uint64_t pages = 0;     // of the server's block size, commonly 8 KiB
  std::uint32_t filenode = 0;  // 0: it cannot be read in pieces
};

/// In the order of `ids`, as the connection's transaction shows the catalogue. TID ranges are the
/// heap's, and are scanned as such from PostgreSQL 14 on; under one name several tables may be read
/// (partitions, inheritance), which cannot be cut, nor can views and the like.
call<std::vector<table_storage>> describe_storage(connection& database, std::vector<oid> ids);

/// A failure that another snapshot may cure where one of the tables, or of those below them, got
/// another file since the moment that the connection's transaction shows; only once they are
/// locked. ALTER TABLE writes the rows anew as its own, so that moment shows none of them, and
/// VACUUM FULL and CLUSTER put them on other pages.
call<nothing> check_not_rewritten(connection& database, std::vector<oid> ids);

}  // namespace tidewire::postgres
