#include "event/numeric_type.hpp"

#include "event/decimal_text.hpp"
#include "event/encode_decimal.hpp"
#include "event/encode_scalar.hpp"
#include "event/placeholder.hpp"

#include <cstddef>
#include <string>
#include <utility>

namespace tidewire::event {
namespace {

constexpr std::string_view decimal_name = "org.apache.kafka.connect.data.Decimal";

std::string zero(std::int32_t scale, bool as_number) {
  if (!as_number) return "\"AA==\"";
  byte_buffer out;
  append_java_decimal(out, decimal_text{.whole = "0"}, scale);
  return std::string(out.view());
}

/// 0.00: in a string, zero has the zeros of its scale.
std::string zero_text(std::int32_t scale) {
  if (scale <= 0) return "\"0\"";
  return "\"0." + std::string(static_cast<std::size_t>(scale), '0') + "\"";
}

column_type as_double(encode_function encode) {
  column_type out;
  out.schema.type = "\"type\":\"double\"";
  out.encoder.encode = encode;
  out.filler = "0.0";
  return out;
}

column_type as_string(encode_function encode, std::string filler) {
  column_type out;
  out.schema.type = "\"type\":\"string\"";
  out.encoder.encode = encode;
  out.filler = std::move(filler);
  return out;
}

column_type as_decimal(encode_function base64,
                       encode_function number,
                       std::int32_t scale,
                       bool as_number) {
  column_type out;
  out.schema.type = "\"type\":\"bytes\"";
  out.schema.name = decimal_name;
  out.schema.parameters.emplace_back("scale", std::to_string(scale));
  out.encoder.encode = as_number ? number : base64;
  out.encoder.scale = scale;
  out.filler = zero(scale, as_number);
  return out;
}

column_type variable_scale() {
  column_type out;
  out.schema.type =
      R"("type":"struct","fields":[{"type":"int32","optional":false,"field":"scale"},)"
      R"({"type":"bytes","optional":false,"field":"value"}])";
  out.schema.name = "io.debezium.data.VariableScaleDecimal";
  out.schema.doc = "Variable scaled decimal";
  out.encoder.encode = encode::variable_decimal;
  out.filler = R"({"scale":0,"value":"AA=="})";
  return out;
}

}  // namespace

column_type numeric_type_of(const resolved_type& type, const type_context& in) {
  switch (in.how.decimals) {
    case decimal_mode::as_double:
      return as_double(encode::decimal_double);
    case decimal_mode::as_string: {
      const std::int32_t scale = jdbc_size_of(type).scale;
      column_type out = as_string(encode::decimal_string, zero_text(scale));
      out.encoder.scale = scale;
      out.unavailable = json_quoted(placeholder_text(in.how));
      return out;
    }
    case decimal_mode::precise:
      break;
  }
  if (type.modifier < 0) return variable_scale();
  const jdbc_size size = jdbc_size_of(type);
  column_type out =
      as_decimal(encode::decimal, encode::decimal_number, size.scale, in.decimals_as_numbers);
  out.schema.parameters.emplace_back("connect.decimal.precision", std::to_string(size.length));
  return out;
}

column_type money_type_of(const type_context& in) {
  const bool snapshot = in.from == origin::snapshot;
  switch (in.how.decimals) {
    case decimal_mode::as_double:
      return as_double(encode::money_double);
    case decimal_mode::as_string:
      return as_string(snapshot ? encode::snapshot_money_string : encode::money_string,
                       zero_text(in.how.money_fraction_digits));
    case decimal_mode::precise:
      break;
  }
  return as_decimal(snapshot ? encode::snapshot_money_decimal : encode::money_decimal,
                    snapshot ? encode::snapshot_money_decimal_number : encode::money_decimal_number,
                    in.how.money_fraction_digits,
                    in.decimals_as_numbers);
}

}  // namespace tidewire::event
