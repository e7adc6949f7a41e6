#pragma once

#include "event/column_mask.hpp"
#include "event/column_type.hpp"

#include <string>

namespace tidewire::event {

/// The finished JSON of a field that the plan holds in place of a value.
struct fixed_values {
  std::string& null;
  std::string& unavailable;
};

/// Adds to the schema what Debezium says of a masked column: `masked` whatever its type,
/// `truncateLength` where the column may hold more.
void mask_schema(const mask_rule& rule, const resolved_type& type, field_schema& schema);

/// Puts the mask around a column's encoder, and applies it to its fixed values. Asterisks and
/// hashes are for character types (text, varchar, char, name, enumerations); truncation is for all
/// whose events hold a string.
void mask_values(const mask_rule& rule,
                 const resolved_type& type,
                 const field_schema& schema,
                 value_encoder& encoder,
                 fixed_values fixed);

}  // namespace tidewire::event
