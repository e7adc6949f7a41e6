#pragma once

#include "local/call/service.hpp"

#include <boost/json/array.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

/// Members of a call by name. One that is missing, null or of another type is not there: types were
/// judged before, but for those of the Query protocol.
namespace tidewire::local {

/// Empty: it is not there. Lives as long as the input.
std::string_view text_in(const boost::json::object& input, std::string_view name) noexcept;
/// Null: it is not there.
const boost::json::object* object_in(const boost::json::object& input,
                                     std::string_view name) noexcept;
const boost::json::array* array_in(const boost::json::object& input,
                                   std::string_view name) noexcept;
/// The whole number, `otherwise` where it is not there, nothing where it is outside its range.
std::optional<std::int64_t> number_in(const boost::json::object& input,
                                      std::string_view name,
                                      std::int64_t otherwise,
                                      std::int64_t min,
                                      std::int64_t max);
/// The refusal of a number that number_in() has not taken.
api_error out_of_range(const boost::json::object& input,
                       std::string_view name,
                       std::string_view reason);
/// The refusal of an id, if it is there, that is not of 1 to 128 letters, digits and punctuation.
std::optional<api_error> check_id(const boost::json::object& input, std::string_view name);

}  // namespace tidewire::local
