#include "local/call/input_reader.hpp"

#include <boost/json/value.hpp>

#include <algorithm>

namespace tidewire::local {
namespace {

std::string small_first(std::string_view name) {
  std::string out(name);
  if (!out.empty() && out.front() >= 'A' && out.front() <= 'Z')
    out.front() = static_cast<char>(out.front() + 32);
  return out;
}

std::string at_least(std::string_view what, std::string_view relation, std::string_view bound) {
  return "Member must have " + std::string(what) + " " + std::string(relation) +
         " than or equal to " + std::string(bound);
}

}  // namespace

std::size_t character_count(std::string_view utf8) noexcept {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

bool is_name(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  });
}

bool is_decimal(std::string_view text) noexcept {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string violation(std::string_view value,
                      std::string_view member,
                      std::string_view constraint) {
  std::string out = "Value '";
  out.append(value)
      .append("' at '")
      .append(small_first(member))
      .append("' failed to satisfy constraint: ")
      .append(constraint);
  return out;
}

std::string null_violation(std::string_view member) {
  return "Value null at '" + small_first(member) +
         "' failed to satisfy constraint: Member must not be null";
}

const boost::json::value* input_reader::find(std::string_view name, bool required) {
  const auto* const value = input_.if_contains(name);
  if (value != nullptr && !value->is_null()) return value;
  if (required) violations_.push_back(null_violation(name));
  return nullptr;
}

void input_reader::wrong_type(std::string_view name, std::string_view wanted) {
  serialization_problem_ = std::string(name) + " is not " + std::string(wanted) + ".";
}

std::optional<std::string_view> input_reader::text(std::string_view name, const text_rule& rule) {
  const auto* const value = find(name, rule.required);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    wrong_type(name, "a string");
    return std::nullopt;
  }
  const std::string_view text = value->get_string();
  const std::size_t length = character_count(text);
  if (length < rule.length_min)
    refuse(violation(text, name, at_least("length", "greater", std::to_string(rule.length_min))));
  if (length > rule.length_max)
    refuse(violation(text, name, at_least("length", "less", std::to_string(rule.length_max))));
  if (rule.shape == pattern::name && !is_name(text))
    refuse(
        violation(text, name, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"));
  if (rule.shape == pattern::decimal && !is_decimal(text))
    refuse(violation(
        text, name, "Member must satisfy regular expression pattern: 0|([1-9]\\d{0,128})"));
  if (rule.one_of.size() > 0 &&
      std::find(rule.one_of.begin(), rule.one_of.end(), text) == rule.one_of.end()) {
    std::string allowed;
    for (const auto choice : rule.one_of)
      allowed.append(allowed.empty() ? "" : ", ").append(choice);
    refuse(violation(text, name, "Member must satisfy enum value set: [" + allowed + "]"));
  }
  return text;
}

std::optional<std::int64_t> input_reader::number(std::string_view name, const number_rule& rule) {
  const auto* const value = find(name, rule.required);
  if (value == nullptr) return std::nullopt;
  boost::system::error_code error;
  const auto number = value->is_number() ? value->to_number<std::int64_t>(error) : 0;
  if (!value->is_number() || error) {
    wrong_type(name, "an integer");
    return std::nullopt;
  }
  if (number < rule.min)
    refuse(violation(
        std::to_string(number), name, at_least("value", "greater", std::to_string(rule.min))));
  if (number > rule.max)
    refuse(violation(
        std::to_string(number), name, at_least("value", "less", std::to_string(rule.max))));
  return number;
}

std::optional<double> input_reader::seconds(std::string_view name) {
  const auto* const value = find(name, false);
  if (value == nullptr) return std::nullopt;
  constexpr double year_9999 = 253402300800.0;
  if (!value->is_number() ||
      !(value->to_number<double>() >= 0 && value->to_number<double>() < year_9999)) {
    wrong_type(name, "a timestamp");
    return std::nullopt;
  }
  return value->to_number<double>();
}

std::optional<bool> input_reader::boolean(std::string_view name) {
  const auto* const value = find(name, false);
  if (value == nullptr) return std::nullopt;
  if (!value->is_bool()) {
    wrong_type(name, "a boolean");
    return std::nullopt;
  }
  return value->get_bool();
}

const boost::json::object* input_reader::object(std::string_view name, bool required) {
  const auto* const value = find(name, required);
  if (value != nullptr && !value->is_object()) wrong_type(name, "a structure");
  return value != nullptr ? value->if_object() : nullptr;
}

const boost::json::array* input_reader::array(std::string_view name, bool required) {
  const auto* const value = find(name, required);
  if (value != nullptr && !value->is_array()) wrong_type(name, "a list");
  return value != nullptr ? value->if_array() : nullptr;
}

std::optional<api_error> input_reader::problem() const {
  if (!serialization_problem_.empty())
    return api_error{.code = "SerializationException", .message = serialization_problem_};
  if (violations_.empty()) return std::nullopt;
  std::string message = std::to_string(violations_.size());
  message.append(violations_.size() == 1 ? " validation error detected: "
                                         : " validation errors detected: ");
  for (std::size_t i = 0; i < violations_.size(); ++i)
    message.append(i == 0 ? "" : "; ").append(violations_[i]);
  return validation_error(std::move(message));
}

}  // namespace tidewire::local
