#include "rules/condition_parser.hpp"

#include "rules/decimal.hpp"

#include <algorithm>
#include <optional>

namespace tidewire::rules {
namespace {

condition just(single_condition c) {
  return {.of = {std::move(c)}};
}

/// A plain string in a field's array; one that is an address means that address, however it is
/// written.
single_condition exact_text(std::string text) {
  if (const auto address = read_ip_address(text)) return is_address_in{{*address, *address}};
  return is_text{std::move(text)};
}

}  // namespace

bool condition_parser::refuse(std::string reason) {
  if (error_.empty()) error_ = std::move(reason);
  return false;
}

bool condition_parser::end_expression(const char* complaint) {
  return in_.next() == json_token::end_object || refuse(complaint);
}

bool condition_parser::read_field(field_conditions& out) {
  for (;;) {
    const json_token token = in_.next();
    switch (token) {
      case json_token::end_array:
        if (out.any_of.empty() && !out.may_be_absent) return refuse("Empty arrays are not allowed");
        return true;
      case json_token::begin_object:
        if (!read_expression(out)) return false;
        break;
      case json_token::string:
        out.any_of.push_back(just(exact_text(in_.decoded())));
        break;
      case json_token::number:
        out.any_of.push_back(just(is_number{comparable_number(in_.raw()), std::string(in_.raw())}));
        break;
      case json_token::literal_true:
        out.any_of.push_back(just(is_literal{value_kind::literal_true}));
        break;
      case json_token::literal_false:
        out.any_of.push_back(just(is_literal{value_kind::literal_false}));
        break;
      case json_token::literal_null:
        out.any_of.push_back(just(is_literal{value_kind::literal_null}));
        break;
      default:
        return refuse("Match value must be String, number, true, false, or null");
    }
  }
}

bool condition_parser::read_expression(field_conditions& out) {
  if (in_.next() != json_token::name) return refuse("Match expression name not found");
  const std::string operation = in_.decoded();
  if (operation == "exists") return read_exists(out);
  condition read;
  bool good = false;
  if (operation == "exactly") {
    good = read_text_match("exact", read) && end_expression();
  } else if (operation == "prefix" || operation == "suffix" || operation == "equals-ignore-case" ||
             operation == "wildcard") {
    good = read_text_match(operation.c_str(), read) && end_expression();
  } else if (operation == "numeric") {
    good = read_numeric(read) && end_expression("Too many elements in numeric expression");
  } else if (operation == "cidr") {
    good = read_cidr(read) && end_expression();
  } else if (operation == "anything-but") {
    good = read_anything_but(read) && end_expression("Too many elements in numeric expression");
  } else {
    return refuse("Unrecognized match type " + operation);
  }
  if (good) out.any_of.push_back(std::move(read));
  return good;
}

bool condition_parser::read_text_match(const char* operation, condition& out) {
  const std::string_view what = operation;
  const json_token token = in_.next();
  if (token == json_token::begin_object && (what == "prefix" || what == "suffix"))
    return read_caseless_affix(what == "prefix", out);
  if (token != json_token::string)
    return refuse(std::string(what) + " match pattern must be a string");
  std::string text = in_.decoded();
  if (what == "exact") {
    out = just(is_text{std::move(text)});
  } else if (what == "prefix") {
    out = just(has_prefix{std::move(text)});
  } else if (what == "suffix") {
    out = just(has_suffix{std::move(text)});
  } else if (what == "equals-ignore-case") {
    out = just(equals_ignoring_case{caseless_text(text)});
  } else {
    std::string why;
    auto glob = wildcard::read(text, why);
    if (!glob) return refuse(std::move(why));
    out = just(matches_wildcard{std::move(*glob)});
  }
  return true;
}

/// {"prefix": {"equals-ignore-case": "text"}}; the inner brace was read.
bool condition_parser::read_caseless_affix(bool prefix, condition& out) {
  if (in_.next() != json_token::name)
    return refuse(prefix ? "Prefix expression name not found" : "Suffix expression name not found");
  if (const std::string inner = in_.decoded(); inner != "equals-ignore-case")
    return refuse((prefix ? "Unsupported prefix pattern: " : "Unsupported suffix pattern: ") +
                  inner);
  if (in_.next() != json_token::string)
    return refuse("equals-ignore-case match pattern must be a string");
  const caseless_text text(in_.decoded());
  out = prefix ? just(has_prefix_ignoring_case{text}) : just(has_suffix_ignoring_case{text});
  return end_expression();
}

bool condition_parser::read_number(const std::string& operation, double& out) {
  const std::string shown = operation == "=" ? "equals" : operation;
  if (in_.next() != json_token::number) return refuse("Value of " + shown + " must be numeric");
  const auto number = comparable_number(in_.raw());
  if (!number) return refuse("Cannot compare number : " + std::string(in_.raw()));
  out = *number;
  return true;
}

/// {"numeric": [">", 0, "<=", 5]}; the name was read.
bool condition_parser::read_numeric(condition& out) {
  constexpr const char* too_many = "Too many elements in numeric expression";
  if (in_.next() != json_token::begin_array) return refuse("Value of numeric must be an array.");
  if (in_.next() != json_token::string)
    return refuse("Invalid member in numeric match: " + std::string(in_.raw()));
  const std::string operation = in_.decoded();
  const bool bottom = operation == ">" || operation == ">=";
  if (!bottom && operation != "=" && operation != "<" && operation != "<=")
    return refuse("Unrecognized numeric range operator: " + operation);
  double number = 0;
  if (!read_number(operation, number)) return false;

  is_in_range range;
  if (bottom) {
    range.bottom = number;
    range.above_bottom = operation == ">";
    const json_token token = in_.next();
    if (token != json_token::end_array && !read_range_top(token, range)) return false;
  } else {
    if (in_.next() != json_token::end_array) return refuse(too_many);
    range.top = number;
    range.below_top = operation == "<";
    if (operation == "=") range.bottom = number;
  }
  out = just(range);
  return true;
}

bool condition_parser::read_range_top(json_token token, is_in_range& range) {
  if (token != json_token::string)
    return refuse("Bad value in numeric range: " + std::string(in_.raw()));
  const std::string operation = in_.decoded();
  if (operation != "<" && operation != "<=")
    return refuse("Bad numeric range operator: " + operation);
  double top = 0;
  if (!read_number(operation, top)) return false;
  if (in_.next() != json_token::end_array)
    return refuse("Too many terms in numeric range expression");
  if (*range.bottom >= top) return refuse("Bottom must be less than top");
  range.top = top;
  range.below_top = operation == "<";
  return true;
}

bool condition_parser::read_exists(field_conditions& out) {
  const json_token token = in_.next();
  if (token == json_token::literal_true) {
    out.any_of.push_back(just(is_present{}));
  } else if (token == json_token::literal_false) {
    out.may_be_absent = true;
  } else {
    return refuse("exists match pattern must be either true or false.");
  }
  return end_expression();
}

bool condition_parser::read_cidr(condition& out) {
  if (in_.next() != json_token::string) return refuse("prefix match pattern must be a string");
  std::string why;
  const auto range = rules::read_cidr(in_.decoded(), why);
  if (!range) return refuse(std::move(why));
  out = just(is_address_in{*range});
  return true;
}

bool condition_parser::read_anything_but(condition& out) {
  out.negated = true;
  json_token token = in_.next();
  if (token != json_token::begin_object) return read_anything_but_values(token, out);

  if (in_.next() != json_token::name) return refuse("Anything-But expression name not found");
  const std::string operation = in_.decoded();
  const bool affix = operation == "prefix" || operation == "suffix";
  if (!affix && operation != "equals-ignore-case" &&
      (operation != "wildcard" || spoken_ == language::legacy))
    return refuse("Unsupported anything-but pattern: " + operation);
  token = in_.next();
  if (affix && spoken_ == language::legacy && token != json_token::string)
    return refuse("prefix/suffix match pattern must be a string");
  return read_anything_but_texts(operation, token, out) && end_expression();
}

/// A string, a number, or a list of either.
bool condition_parser::read_anything_but_values(json_token first, condition& out) {
  const bool list = first == json_token::begin_array;
  bool strings = false;
  bool numbers = false;
  for (json_token token = list ? in_.next() : first; token != json_token::end_array;
       token = in_.next()) {
    if (token == json_token::string) {
      out.of.push_back(is_text{in_.decoded()});
      strings = true;
    } else if (token == json_token::number) {
      const auto number = comparable_number(in_.raw());
      if (!number) return refuse("Cannot compare number : " + std::string(in_.raw()));
      out.of.push_back(is_number{number, std::string(in_.raw())});
      numbers = true;
    } else {
      return refuse(list ? "Inside anything but list, start|null|boolean is not supported."
                         : "Value of anything-but must be an array or single string/number value.");
    }
    if (!list) return true;
  }
  if (strings == numbers)
    return refuse(
        "Inside anything but list, either all values are number or string, mixed type is not "
        "supported");
  return true;
}

/// What follows prefix, suffix, equals-ignore-case or wildcard inside anything-but: a string or a
/// list of strings.
bool condition_parser::read_anything_but_texts(const std::string& operation,
                                               json_token first,
                                               condition& out) {
  if (first != json_token::begin_array && first != json_token::string &&
      first != json_token::number)
    return refuse("Value of anything-but must be an array or single string/number value.");
  const bool list = first == json_token::begin_array;
  for (json_token token = list ? in_.next() : first; token != json_token::end_array;
       token = in_.next()) {
    if (token != json_token::string) {
      if (operation == "equals-ignore-case")
        return refuse(
            "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not "
            "supported.");
      return refuse(operation == "wildcard" ? "wildcard match pattern must be a string"
                                            : "prefix/suffix match pattern must be a string");
    }
    if (!add_anything_but_text(operation, out)) return false;
    if (!list) return true;
  }
  return !out.of.empty() || refuse("Empty arrays are not allowed");
}

bool condition_parser::add_anything_but_text(const std::string& operation, condition& out) {
  std::string text = in_.decoded();
  if (operation == "equals-ignore-case") {
    out.of.push_back(equals_ignoring_case{caseless_text(text)});
  } else if (operation == "wildcard") {
    std::string why;
    auto glob = wildcard::read(text, why);
    if (!glob) return refuse(std::move(why));
    out.of.push_back(matches_wildcard{std::move(*glob)});
  } else if (text.empty()) {
    return refuse("Null prefix/suffix not allowed");
  } else if (operation == "prefix") {
    out.of.push_back(has_prefix{std::move(text)});
  } else {
    out.of.push_back(has_suffix{std::move(text)});
  }
  return true;
}

}  // namespace tidewire::rules
