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

/// The bits that Debezium reads in the text of a default: a 1 is one, and any other character none.
/// So `(4)::bit(3)` has the bit of no character, and `(1)::bit(3)` the eleventh from the right.
std::string default_bits(std::string text);

/// What a date's default of `infinity` or `-infinity` comes out as, a number of days.
std::string_view infinite_default_date(std::string_view infinity) noexcept;

}  // namespace tidewire::event
