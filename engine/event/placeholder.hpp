#pragma once

#include "event/options.hpp"

#include <string>
#include <string_view>

namespace tidewire::event {

/// unavailable.value.placeholder as bytes: the text itself, or what its hexadecimal digits behind
/// `hex:` say.
std::string placeholder_text(const options& how);

/// Bytes as a JSON string of their base64.
std::string json_base64(std::string_view bytes);

/// java.util.UUID.nameUUIDFromBytes: what an unavailable value looks like in an array of UUIDs.
std::string name_uuid(std::string_view bytes);

}  // namespace tidewire::event
