#pragma once

#include "transform/record.hpp"

#include <optional>
#include <string_view>

namespace tidewire::transform {

/// What becomes of a member that is null: it has no type to be given.
enum class null_members : std::uint8_t { left_out, optional_bytes };

/// Makes a struct (or an array) of a JSON document whose schema is inferred from it, as EventRouter
/// does with table.expand.json.payload. Nothing where it cannot be done: not an object or array,
/// not JSON, or an array of mixed types.
/// \param name of the schema; those of nested objects follow it.
std::optional<part> expand_json(std::string_view json,
                                std::string_view name,
                                null_members nulls,
                                text_store& texts);

}  // namespace tidewire::transform
