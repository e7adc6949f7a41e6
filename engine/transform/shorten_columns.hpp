#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tidewire::transform {

/// Whether a column, as `schema.table.column`, is one of those that may be cut.
using column_test = std::function<bool(std::string_view name)>;

/// Cuts the texts of the named columns in the before and after of a change event to at most
/// `text_bytes_max` bytes of JSON, between characters; for events that the sink finds too large. A
/// bound that is a multiple of 4 leaves base64 readable.
/// \return nothing where there was nothing to cut: the event has no such column with a longer text,
/// or is no change of a table.
std::optional<std::string> shorten_columns(std::string_view event,
                                           const column_test& named,
                                           std::size_t text_bytes_max);

}  // namespace tidewire::transform
