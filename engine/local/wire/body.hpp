#pragma once

#include "local/call/service.hpp"

#include <string>
#include <string_view>

namespace tidewire::local {

enum class body_format { json, cbor };

/// The members of a call's body; an empty body is an empty object.
/// \errors SerializationException if the body is not of the format, or no structure.
boost::system::result<boost::json::object, api_error> parse_input(body_format format,
                                                                  std::string_view body);

/// SerializationException: the refusal of a body, before anything in it means something.
api_error unreadable_body(std::string message = "The request body could not be read.");

}  // namespace tidewire::local
