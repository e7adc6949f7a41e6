#pragma once

#include "base/oid.hpp"
#include "postgres/connection.hpp"

#include <vector>

namespace tidewire::postgres {

/// `$1` of a statement with `= ANY ($1::oid[])`.
query_parameters oid_array(const std::vector<oid>& ids);

}  // namespace tidewire::postgres
