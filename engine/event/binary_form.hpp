#pragma once

#include "event/column_type.hpp"
#include "event/value_encoder.hpp"

namespace tidewire::event {

/// Whether the bytes that a type's send function writes can be read: of built-in types whose
/// format is known, and of enumerations.
bool has_binary_form(const resolved_type& type) noexcept;

/// What appends of those bytes what `encode` appends of the text of the same value; null where
/// there is no such encoder.
encode_function binary_encoder(const resolved_type& type, encode_function encode) noexcept;

}  // namespace tidewire::event
