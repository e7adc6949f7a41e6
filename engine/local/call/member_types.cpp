#include "local/call/member_types.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <cstdint>

namespace tidewire::local {
namespace {

namespace json = boost::json;

enum class outline : std::uint8_t { scalar, list, map, structure };

outline outline_of(member_type type) noexcept {
  switch (type) {
    case member_type::texts:
    case member_type::structures:
      return outline::list;
    case member_type::text_map:
    case member_type::structure_map:
      return outline::map;
    case member_type::structure:
      return outline::structure;
    case member_type::text:
    case member_type::number:
    case member_type::boolean:
    case member_type::timestamp:
      break;
  }
  return outline::scalar;
}

/// AWS's parser names the token that it met.
std::string_view token_of(const json::value& scalar) noexcept {
  if (scalar.is_string()) return "STRING_VALUE";
  if (scalar.is_bool()) return scalar.get_bool() ? "TRUE_VALUE" : "FALSE_VALUE";
  return "NUMBER_VALUE";
}

std::string scalar_problem(const json::value& value, member_type wanted) {
  std::string_view into;
  if (wanted == member_type::text && !value.is_string()) into = "a String";
  if (wanted == member_type::number && !value.is_number()) into = "an Integer";
  if (wanted == member_type::boolean && !value.is_bool()) into = "a Boolean";
  if (wanted == member_type::timestamp && !value.is_number()) into = "milliseconds since epoch";
  if (into.empty()) return {};
  return std::string(token_of(value)).append(" can not be converted to ").append(into);
}

std::string problem_in(const json::object& input, member_types known);

std::string problem_in(const json::value& element, member_type wanted, member_types known) {
  std::string out = type_problem(element, wanted);
  if (out.empty() && wanted == member_type::structure && element.is_object())
    out = problem_in(element.get_object(), known);
  return out;
}

/// The value itself, and what is inside it.
std::string deep_problem(const json::value& value, member_type wanted, member_types known) {
  std::string out = type_problem(value, wanted);
  if (!out.empty() || value.is_null()) return out;
  const bool of_texts = wanted == member_type::texts || wanted == member_type::text_map;
  const auto inside = of_texts ? member_type::text : member_type::structure;
  switch (outline_of(wanted)) {
    case outline::scalar:
      break;
    case outline::structure:
      return problem_in(value.get_object(), known);
    case outline::list:
      for (const auto& element : value.get_array())
        if (out = problem_in(element, inside, known); !out.empty()) return out;
      break;
    case outline::map:
      for (const auto& [key, element] : value.get_object())
        if (out = problem_in(element, inside, known); !out.empty()) return out;
      break;
  }
  return out;
}

std::string problem_in(const json::object& input, member_types known) {
  for (const auto& [key, value] : input) {
    const std::string_view name = key;
    const auto member = std::find_if(
        known.begin(), known.end(), [&](const typed_member& m) { return m.name == name; });
    if (member == known.end()) continue;
    if (auto out = deep_problem(value, member->type, known); !out.empty()) return out;
  }
  return {};
}

}  // namespace

std::string type_problem(const json::value& value, member_type wanted) {
  if (value.is_null()) return {};
  const auto shape = outline_of(wanted);
  if (value.is_array())
    return shape == outline::list ? "" : "Start of list found where not expected";
  if (value.is_object())
    return shape == outline::map || shape == outline::structure
               ? ""
               : "Start of structure or map found where not expected.";
  switch (shape) {
    case outline::list:
      return "Expected list or null";
    case outline::map:
      return "Expected map or null";
    case outline::structure:
      return "Expected null";
    case outline::scalar:
      break;
  }
  return scalar_problem(value, wanted);
}

std::optional<api_error> wrong_type(const json::object& input, member_types known) {
  auto problem = problem_in(input, known);
  if (problem.empty()) return std::nullopt;
  return api_error{.code = "SerializationException", .message = std::move(problem)};
}

}  // namespace tidewire::local
