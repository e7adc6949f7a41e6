#pragma once

#include "event/column_type.hpp"

namespace tidewire::event {

/// date, time, timetz, timestamp, timestamptz and interval, by time.precision.mode and
/// interval.handling.mode.
column_type temporal_type_of(const resolved_type& type, const type_context& in);

}  // namespace tidewire::event
