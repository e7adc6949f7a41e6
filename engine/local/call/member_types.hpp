#pragma once

#include "local/call/service.hpp"

#include <boost/json/value.hpp>

#include <optional>
#include <string>

namespace tidewire::local {

/// What AWS says of a value that is not of the type; empty: it is, or null.
std::string type_problem(const boost::json::value& value, member_type wanted);

/// The refusal (SerializationException) of the first member, however deep, whose value is not of
/// the type that its name has. Members that are not known are left alone.
std::optional<api_error> wrong_type(const boost::json::object& input, member_types known);

}  // namespace tidewire::local
