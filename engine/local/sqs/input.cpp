#include "local/sqs/input.hpp"

#include "local/sqs/errors.hpp"

#include <algorithm>
#include <string>

namespace tidewire::local {
namespace {

constexpr std::size_t id_characters_max = 128;

}  // namespace

std::string_view text_in(const boost::json::object& input, std::string_view name) noexcept {
  const auto* const value = input.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                : std::string_view{};
}

const boost::json::object* object_in(const boost::json::object& input,
                                     std::string_view name) noexcept {
  const auto* const value = input.if_contains(name);
  return value == nullptr ? nullptr : value->if_object();
}

const boost::json::array* array_in(const boost::json::object& input,
                                   std::string_view name) noexcept {
  const auto* const value = input.if_contains(name);
  return value == nullptr ? nullptr : value->if_array();
}

std::optional<std::int64_t> number_in(const boost::json::object& input,
                                      std::string_view name,
                                      std::int64_t otherwise,
                                      std::int64_t min,
                                      std::int64_t max) {
  const auto* const value = input.if_contains(name);
  if (value == nullptr || value->is_null()) return otherwise;
  boost::system::error_code error;
  const auto number = value->is_number() ? value->to_number<std::int64_t>(error) : min - 1;
  if (error || number < min || number > max) return std::nullopt;
  return number;
}

api_error out_of_range(const boost::json::object& input,
                       std::string_view name,
                       std::string_view reason) {
  const auto* const value = input.if_contains(name);
  const bool whole = value != nullptr && value->is_int64();
  const std::string text = whole ? std::to_string(value->get_int64()) : "given";
  return sqs_errors::invalid_value(text, name, reason);
}

std::optional<api_error> check_id(const boost::json::object& input, std::string_view name) {
  const std::string_view id = text_in(input, name);
  if (id.size() <= id_characters_max &&
      std::all_of(id.begin(), id.end(), [](char c) { return c > 0x20 && c < 0x7f; }))
    return std::nullopt;
  return sqs_errors::invalid_value(
      id,
      name,
      std::string(name) +
          " can only include alphanumeric and punctuation characters. 1 to 128 in length.");
}

}  // namespace tidewire::local
