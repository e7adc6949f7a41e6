#include "rules/pattern_parser.hpp"

#include "rules/condition_parser.hpp"
#include "rules/json_reader.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <utility>

namespace tidewire::rules {
namespace {

/// Field names that a `$or` branch may not use: with one of them the array was meant as something
/// else.
bool is_reserved_in_or(std::string_view name) {
  static constexpr std::array<std::string_view, 22> reserved{"exactly",
                                                             "equals-ignore-case",
                                                             "prefix",
                                                             "suffix",
                                                             "anything-but",
                                                             "exists",
                                                             "wildcard",
                                                             "numeric",
                                                             "cidr",
                                                             "=",
                                                             "<",
                                                             "<=",
                                                             ">",
                                                             ">=",
                                                             "regex",
                                                             "not-wildcard",
                                                             "not-equals-ignore-case",
                                                             "date-after",
                                                             "date-on-or-after",
                                                             "date-before",
                                                             "date-on-or-before",
                                                             "in-date-range"};
  return std::find(reserved.begin(), reserved.end(), name) != reserved.end() ||
         name == "ip-address-in-range" || name == "ip-address-not-in-range";
}

class pattern_reader {
 public:
  pattern_reader(std::string_view json, language spoken) : in_(json), spoken_(spoken) {}

  bool read(parsed_pattern& out) {
    conditions_ = &out.conditions;
    if (in_.next() != json_token::begin_object) return refuse("Filter is not an object");
    if (!read_object(out.alternatives, "", false)) return false;
    if (in_.next() != json_token::end) return refuse("Unexpected text after the pattern");
    return std::all_of(
               out.alternatives.begin(),
               out.alternatives.end(),
               [](const alternative& a) { return a.size() <= parsed_pattern::fields_max; }) ||
           refuse("Size of rule exceeds max value of 256");
  }

  const std::string& error() const noexcept { return error_; }

 private:
  using alternatives = std::vector<alternative>;

  /// \param path the steps so far, joined by dots; empty at the root.
  bool read_object(alternatives& rules, const std::string& path, bool inside_or) {
    for (bool first = true;; first = false) {
      const json_token token = in_.next();
      if (token == json_token::end_object) return !first || refuse("Empty objects are not allowed");
      if (token != json_token::name) return refuse("Unexpected end of the pattern");
      const std::string name = in_.decoded();
      if (name == "$or" && spoken_ == language::current) {
        if (!read_or(rules, path)) return false;
        continue;
      }
      if (inside_or && is_reserved_in_or(name))
        return refuse(name + " is Ruler reserved fieldName which cannot be used inside $or.");
      const std::string full_name = path.empty() ? name : path + '.' + name;
      const json_token value = in_.next();
      if (value == json_token::begin_object) {
        if (!read_object(rules, full_name, inside_or)) return false;
      } else if (value == json_token::begin_array) {
        if (!read_field(rules, full_name)) return false;
      } else {
        return refuse('"' + name + "\" must be an object or an array");
      }
    }
  }

  bool read_field(alternatives& rules, const std::string& name) {
    condition_parser parser(in_, spoken_);
    field_conditions field;
    if (!parser.read_field(field)) return refuse(parser.error());
    conditions_->push_back(std::move(field));
    if (rules.empty()) rules.emplace_back();
    // A later word on the same field replaces the earlier one, in a branch as well.
    for (alternative& rule : rules) rule.insert_or_assign(name, conditions_->size() - 1);
    return true;
  }

  bool read_or(alternatives& rules, const std::string& path) {
    const alternatives before = std::exchange(rules, {});
    if (in_.next() != json_token::begin_array)
      return refuse("It must be an Array followed with $or.");
    std::size_t count = 0;
    for (json_token token = in_.next(); token != json_token::end_array;
         token = in_.next(), ++count) {
      if (token != json_token::begin_object)
        return refuse("Only JSON object is allowed in array of $or relationship.");
      alternatives branch = before;
      if (branch.empty()) branch.emplace_back();
      if (!read_object(branch, path, true)) return false;
      if (rules.size() + branch.size() > parsed_pattern::alternatives_max)
        return refuse("Rule is too complex: more than 1000 combinations of $or");
      std::move(branch.begin(), branch.end(), std::back_inserter(rules));
    }
    return count >= 2 || refuse("There must have at least 2 Objects in $or relationship.");
  }

  bool refuse(std::string reason) {
    if (error_.empty())
      error_ = *in_.error() != '\0' ? std::string(in_.error()) : std::move(reason);
    return false;
  }

  json_reader in_;
  language spoken_;
  std::vector<field_conditions>* conditions_ = nullptr;
  std::string error_;
};

}  // namespace

boost::system::result<parsed_pattern, pattern_error> parse_pattern(std::string_view json) {
  if (!simdjson::validate_utf8(json.data(), json.size())) return pattern_error{"Invalid UTF-8"};
  std::string reason;
  for (const language spoken : {language::current, language::legacy}) {
    pattern_reader reader(json, spoken);
    parsed_pattern out;
    if (reader.read(out)) return out;
    reason = reader.error();
  }
  return pattern_error{std::move(reason)};
}

}  // namespace tidewire::rules
