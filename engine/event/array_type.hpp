#pragma once

#include "event/column_type.hpp"

#include <optional>

namespace tidewire::event {

/// Arrays; nothing for those that Debezium leaves out (money[], xml[], point[] …).
std::optional<column_type> array_type_of(const resolved_type& type, const type_context& in);

}  // namespace tidewire::event
