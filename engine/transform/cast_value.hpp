#pragma once

#include "transform/schema.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tidewire::transform {

/// A value's JSON as another type, as Kafka Connect's Cast turns Java's numbers, booleans and texts
/// into one another: integers wrap around, broken numbers lose their fraction and stop at the ends
/// of the integers, texts must be a number as a whole.
/// \param from the schema of `json`. \return nothing where it cannot be done.
std::optional<std::string> cast_value(const schema& from, std::string_view json, type to);

}  // namespace tidewire::transform
