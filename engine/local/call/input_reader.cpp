#include "local/call/input_reader.hpp"

#include "local/call/member_types.hpp"

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

std::string must_match(text_pattern pattern) {
  return "Member must satisfy regular expression pattern: " + std::string(expression_of(pattern));
}

std::string listed(std::span<const std::string_view> texts) {
  std::string out = "[";
  for (const auto text : texts) out.append(out.size() > 1 ? ", " : "").append(text);
  return out.append("]");
}

}  // namespace

std::size_t character_count(std::string_view utf8) noexcept {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
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

std::string input_reader::at(std::string_view name) const {
  return path_.empty() ? small_first(name) : path_ + "." + small_first(name);
}

const boost::json::value* input_reader::find(std::string_view name, bool required) {
  const auto* const value = input_.if_contains(name);
  if (value != nullptr && !value->is_null()) return value;
  if (required) violations_.push_back(null_violation(at(name)));
  return nullptr;
}

bool input_reader::is(const boost::json::value& value, member_type wanted) {
  auto problem = type_problem(value, wanted);
  if (problem.empty()) return true;
  serialization_problem_ = std::move(problem);
  return false;
}

std::optional<std::string_view> input_reader::text(std::string_view name, const text_rule& rule) {
  const auto* const value = find(name, rule.required);
  if (value == nullptr || !is(*value, member_type::text)) return std::nullopt;
  const std::string_view text = value->get_string();
  const std::size_t length = character_count(text);
  if (length < rule.length_min)
    refuse(
        violation(text, at(name), at_least("length", "greater", std::to_string(rule.length_min))));
  if (length > rule.length_max)
    refuse(violation(text, at(name), at_least("length", "less", std::to_string(rule.length_max))));
  if (!fits(rule.shape, text)) refuse(violation(text, at(name), must_match(rule.shape)));
  if (rule.one_of.size() > 0 &&
      std::find(rule.one_of.begin(), rule.one_of.end(), text) == rule.one_of.end()) {
    std::string allowed;
    for (const auto choice : rule.one_of)
      allowed.append(allowed.empty() ? "" : ", ").append(choice);
    refuse(violation(text, at(name), "Member must satisfy enum value set: [" + allowed + "]"));
  }
  return text;
}

std::optional<std::int64_t> input_reader::number(std::string_view name, const number_rule& rule) {
  const auto* const value = find(name, rule.required);
  if (value == nullptr || !is(*value, member_type::number)) return std::nullopt;
  boost::system::error_code error;
  const auto number = value->to_number<std::int64_t>(error);
  if (error) {
    serialization_problem_ = "NUMBER_VALUE can not be converted to an Integer";
    return std::nullopt;
  }
  if (number < rule.min)
    refuse(violation(
        std::to_string(number), at(name), at_least("value", "greater", std::to_string(rule.min))));
  if (number > rule.max)
    refuse(violation(
        std::to_string(number), at(name), at_least("value", "less", std::to_string(rule.max))));
  return number;
}

std::optional<double> input_reader::seconds(std::string_view name) {
  const auto* const value = find(name, false);
  if (value == nullptr || !is(*value, member_type::timestamp)) return std::nullopt;
  constexpr double year_9999 = 253402300800.0;
  const double seconds = value->to_number<double>();
  if (!(seconds >= 0 && seconds < year_9999)) {
    serialization_problem_ = "NUMBER_VALUE can not be converted to milliseconds since epoch";
    return std::nullopt;
  }
  return seconds;
}

std::optional<bool> input_reader::boolean(std::string_view name) {
  const auto* const value = find(name, false);
  if (value == nullptr || !is(*value, member_type::boolean)) return std::nullopt;
  return value->get_bool();
}

const boost::json::object* input_reader::object(std::string_view name, bool required) {
  const auto* const value = find(name, required);
  return value != nullptr && is(*value, member_type::structure) ? value->if_object() : nullptr;
}

void input_reader::check_count(std::string_view name,
                               std::size_t count,
                               const std::string& shown,
                               const list_rule& rule) {
  if (count < rule.count_min)
    refuse(
        violation(shown, at(name), at_least("length", "greater", std::to_string(rule.count_min))));
  if (count > rule.count_max)
    refuse(violation(shown, at(name), at_least("length", "less", std::to_string(rule.count_max))));
}

void input_reader::check_each(std::string_view name,
                              const std::string& shown,
                              std::string_view each_is,
                              std::span<const std::string_view> texts,
                              const element_rule& rule) {
  for (const auto text : texts) {
    const auto length = character_count(text);
    if (length >= rule.length_min && length <= rule.length_max && fits(rule.shape, text)) continue;
    std::string constraint(each_is);
    constraint.append(" must satisfy constraint: [")
        .append(at_least("length", "less", std::to_string(rule.length_max)))
        .append(", ")
        .append(at_least("length", "greater", std::to_string(rule.length_min)));
    if (rule.shape != pattern::any) constraint.append(", ").append(must_match(rule.shape));
    refuse(violation(shown, at(name), constraint.append("]")));
    return;  // AWS tells it once for the whole list
  }
}

const boost::json::array* input_reader::array(std::string_view name, const list_rule& rule) {
  const auto* const value = find(name, rule.required);
  if (value == nullptr || !is(*value, member_type::structures)) return nullptr;
  const auto& list = value->get_array();
  const std::vector<std::string_view> names(list.size(), rule.element);
  check_count(name, list.size(), listed(names), rule);
  for (const auto& element : list)
    if (!is(element, member_type::structure)) break;
  return &list;
}

const boost::json::array* input_reader::texts(std::string_view name,
                                              const list_rule& rule,
                                              const element_rule& each) {
  const auto* const value = find(name, rule.required);
  if (value == nullptr || !is(*value, member_type::texts)) return nullptr;
  std::vector<std::string_view> texts;
  for (const auto& element : value->get_array()) {
    if (!is(element, member_type::text)) return nullptr;
    if (element.is_string()) texts.emplace_back(element.get_string());
  }
  const std::string shown = listed(texts);
  check_count(name, texts.size(), shown, rule);
  check_each(name, shown, "Member", texts, each);
  return &value->get_array();
}

const boost::json::object* input_reader::text_map(std::string_view name,
                                                  const list_rule& rule,
                                                  const element_rule& keys,
                                                  const element_rule& values) {
  const auto* const value = find(name, rule.required);
  if (value == nullptr || !is(*value, member_type::text_map)) return nullptr;
  std::vector<std::string_view> key_texts;
  std::vector<std::string_view> value_texts;
  std::string shown;
  for (const auto& [key, element] : value->get_object()) {
    if (!is(element, member_type::text)) return nullptr;
    key_texts.emplace_back(key);
    value_texts.emplace_back(element.is_string() ? std::string_view(element.get_string()) : "");
    shown.append(shown.empty() ? "{" : ", ")
        .append(key_texts.back())
        .append("=")
        .append(value_texts.back());
  }
  shown.append(shown.empty() ? "{}" : "}");
  check_count(name, key_texts.size(), shown, rule);
  check_each(name, shown, "Map keys", key_texts, keys);
  check_each(name, shown, "Map value", value_texts, values);
  return &value->get_object();
}

std::optional<input_reader> input_reader::inside(std::string_view name, bool required) {
  const auto* const structure = object(name, required);
  if (structure == nullptr) return std::nullopt;
  return input_reader(*structure, at(name));
}

std::optional<input_reader> input_reader::element(std::string_view name,
                                                  const boost::json::array& list,
                                                  std::size_t index) {
  const auto* const structure = list[index].if_object();
  if (structure == nullptr) return std::nullopt;
  return input_reader(*structure, at(name) + "." + std::to_string(index + 1) + ".member");
}

void input_reader::add(const input_reader& inner) {
  violations_.insert(violations_.end(), inner.violations_.begin(), inner.violations_.end());
  if (serialization_problem_.empty()) serialization_problem_ = inner.serialization_problem_;
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
