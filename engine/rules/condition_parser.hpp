#pragma once

#include "rules/condition.hpp"
#include "rules/json_reader.hpp"

#include <string>

namespace tidewire::rules {

/// Which patterns are understood: today's language, or the one before `$or` and the newer forms of
/// `anything-but`.
enum class language : std::uint8_t { current, legacy };

/// Reads what stands between a field's brackets in a pattern: `["a", 5, null, {"prefix": "b"},
/// {"exists": false}]`.
class condition_parser {
 public:
  condition_parser(json_reader& in, language spoken) noexcept : in_(in), spoken_(spoken) {}

  /// Reads up to the closing bracket; the opening one was read. False: see error().
  bool read_field(field_conditions& out);

  const std::string& error() const noexcept { return error_; }

 private:
  bool read_expression(field_conditions& out);
  bool read_text_match(const char* operation, condition& out);
  bool read_caseless_affix(bool prefix, condition& out);
  bool read_numeric(condition& out);
  bool read_range_top(json_token token, is_in_range& range);
  bool read_exists(field_conditions& out);
  bool read_cidr(condition& out);
  bool read_anything_but(condition& out);
  bool read_anything_but_values(json_token first, condition& out);
  bool read_anything_but_texts(const std::string& operation, json_token first, condition& out);
  bool add_anything_but_text(const std::string& operation, condition& out);
  bool read_number(const std::string& operation, double& out);
  bool end_expression(const char* complaint = "Only one key allowed in match expression");
  bool refuse(std::string reason);

  json_reader& in_;
  language spoken_;
  std::string error_;
};

}  // namespace tidewire::rules
