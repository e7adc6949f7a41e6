#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tidewire::event {

/// Finds the constant that Debezium takes a column's default for. It does not evaluate: of
/// `'abc'::text` it takes abc, of `now()` or CURRENT_TIMESTAMP the type's zero, of `(1 + 2)`
/// nothing that an integer could be read from.
/// \param type the column's own type (pg_type.typname); a domain's name has no defaults.
/// \param is_enum whether it is an enumeration.
/// \param expression what pg_get_expr prints.
/// \return the value's text as the type's output function would print it, more or less: its encoder
/// may still refuse it.
std::optional<std::string> default_text(std::string_view type,
                                        bool is_enum,
                                        std::string_view expression);

}  // namespace tidewire::event
