#include "event/column_type.hpp"

#include "event/array_type.hpp"
#include "event/encode_bytes.hpp"
#include "event/encode_scalar.hpp"
#include "event/encode_structure.hpp"
#include "event/numeric_type.hpp"
#include "event/placeholder.hpp"
#include "event/temporal_type.hpp"
#include "event/type_oids.hpp"

#include <limits>
#include <utility>

namespace tidewire::event {
namespace {

constexpr std::string_view int16_type = "\"type\":\"int16\"";
constexpr std::string_view int32_type = "\"type\":\"int32\"";
constexpr std::string_view int64_type = "\"type\":\"int64\"";
constexpr std::string_view float_type = "\"type\":\"float\"";
constexpr std::string_view double_type = "\"type\":\"double\"";
constexpr std::string_view boolean_type = "\"type\":\"boolean\"";
constexpr std::string_view string_type = "\"type\":\"string\"";
constexpr std::string_view bytes_type = "\"type\":\"bytes\"";

column_type plain(std::string_view type, encode_function encode, std::string filler) {
  column_type out;
  out.schema.type = type;
  out.encoder.encode = encode;
  out.filler = std::move(filler);
  return out;
}

column_type text_like(std::string logical_name, const type_context& in) {
  column_type out = plain(string_type, encode::string, "\"\"");
  out.schema.name = std::move(logical_name);
  out.unavailable = json_quoted(placeholder_text(in.how));
  return out;
}

column_type bits(const resolved_type& type, const type_context& in) {
  const std::int32_t length = jdbc_size_of(type).length;
  if (length <= 1) {
    // JDBC's driver has no boolean for a varying bit string, so a snapshot of varbit(1) reads
    // nothing.
    const bool unread = type.base->id.value == type_oid::varbit && in.from == origin::snapshot;
    return plain(boolean_type, unread ? encode::nothing : encode::single_bit, "false");
  }
  column_type out = plain(bytes_type, encode::bits, "\"\"");
  out.schema.name = "io.debezium.data.Bits";
  out.schema.parameters.emplace_back("length", std::to_string(length));
  return out;
}

encode_function by_binary_mode(binary_mode mode,
                               encode_function base64,
                               encode_function url,
                               encode_function hex) {
  switch (mode) {
    case binary_mode::hex:
      return hex;
    case binary_mode::base64_url_safe:
      return url;
    case binary_mode::bytes:
    case binary_mode::base64:
      break;
  }
  return base64;
}

column_type binary(encode_function base64,
                   encode_function url,
                   encode_function hex,
                   const type_context& in) {
  const bool raw = in.how.binaries == binary_mode::bytes;
  column_type out = plain(
      raw ? bytes_type : string_type, by_binary_mode(in.how.binaries, base64, url, hex), "\"\"");
  // Debezium's base64 modes do not know the placeholder, and give null.
  if (raw) out.unavailable = json_base64(placeholder_text(in.how));
  if (in.how.binaries == binary_mode::hex) out.unavailable = json_quoted(placeholder_text(in.how));
  return out;
}

column_type hstore(const type_context& in) {
  const std::string placeholder = json_quoted(placeholder_text(in.how));
  const std::string object = "{" + placeholder + ":" + placeholder + "}";
  if (in.how.hstores == hstore_mode::json) {
    column_type out = plain(string_type, encode::hstore_json, "\"{}\"");
    out.schema.name = "io.debezium.data.Json";
    out.unavailable = json_quoted(object);
    return out;
  }
  column_type out = plain(
      R"("type":"map","keys":{"type":"string","optional":false},"values":{"type":"string","optional":true})",
      encode::hstore_map,
      "{}");
  out.unavailable = object;
  return out;
}

column_type point() {
  column_type out =
      plain(R"("type":"struct","fields":[{"type":"double","optional":false,"field":"x"},)"
            R"({"type":"double","optional":false,"field":"y"},)"
            R"({"type":"bytes","optional":true,"field":"wkb"},)"
            R"({"type":"int32","optional":true,"field":"srid"}])",
            encode::point,
            R"({"x":0.0,"y":0.0,"wkb":"AQEAAAAAAAAAAAAAAAAAAAAAAAAA","srid":null})");
  out.schema.name = "io.debezium.data.geometry.Point";
  out.schema.doc = "Geometry (POINT)";
  return out;
}

/// PostGIS' two types. The filler is an empty geometry collection.
column_type geometry(std::string_view logical_name, std::string_view doc) {
  column_type out =
      plain(R"("type":"struct","fields":[{"type":"bytes","optional":false,"field":"wkb"},)"
            R"({"type":"int32","optional":true,"field":"srid"}])",
            encode::geometry,
            R"({"wkb":"AQcAAAAAAAAA","srid":null})");
  out.schema.name = logical_name;
  out.schema.doc = doc;
  return out;
}

column_type enumeration(const postgres::type_description& type, const type_context& in) {
  std::string allowed;
  for (const std::string& label : type.labels) {
    if (!allowed.empty()) allowed += ',';
    allowed += label;
  }
  column_type out = text_like("io.debezium.data.Enum", in);
  out.schema.parameters.emplace_back("allowed", std::move(allowed));
  return out;
}

/// Types without a converter of Debezium's: left out, or bytes of their text.
std::optional<column_type> unknown(const postgres::type_description& type, const type_context& in) {
  if (!in.how.unknown_types) return std::nullopt;
  switch (type.id.value) {
    case type_oid::line:
    case type_oid::lseg:
    case type_oid::box:
    case type_oid::path:
    case type_oid::polygon:
    case type_oid::circle:
      return binary(encode::shape_base64, encode::shape_base64_url_safe, encode::shape_hex, in);
    default:
      return binary(encode::text_base64, encode::text_base64_url_safe, encode::text_hex, in);
  }
}

/// Types of extensions, which have no fixed numbers.
std::optional<column_type> extension_type(const postgres::type_description& type,
                                          const type_context& in) {
  if (type.name == "citext" || type.name == "isbn") return text_like({}, in);
  if (type.name == "ltree") return text_like("io.debezium.data.Ltree", in);
  if (type.name == "hstore") return hstore(in);
  if (type.name == "geometry") {
    column_type out = geometry("io.debezium.data.geometry.Geometry", "Geometry");
    out.always_optional = true;
    return out;
  }
  if (type.name == "geography") return geometry("io.debezium.data.geometry.Geography", "Geography");
  return unknown(type, in);
}

column_type name_type(const type_context& in) {
  column_type out = text_like({}, in);
  // The stream's decoder knows no `name` and gives null, unless unknown types are asked for.
  if (in.from == origin::stream && !in.how.unknown_types) out.encoder.encode = encode::nothing;
  return out;
}

/// A numeric without precision: JDBC knows no size of such a column, and a size of domains over it
/// and of its arrays; the stream's decoder knows one of all.
jdbc_size unlimited_numeric_size(const resolved_type& type) noexcept {
  if (type.from == origin::snapshot && type.named->id.value == type_oid::numeric)
    return {.has_scale = false};
  constexpr std::int32_t digits_max = 131'089;  // of a numeric, sign and point included
  return {.length = digits_max};
}

}  // namespace

bool vector_type(std::uint32_t id) noexcept {
  return id == type_oid::int2vector || id == type_oid::oidvector;
}

resolved_type resolve(const postgres::type_catalog& types,
                      oid type,
                      std::int32_t modifier,
                      origin from) {
  resolved_type out{
      .named = types.find(type), .base = types.find(type), .modifier = modifier, .from = from};
  constexpr int depth_max = 32;  // a catalogue that is read while it changes might hold a circle
  for (int depth = 0; depth < depth_max && out.base != nullptr && out.base->kind == 'd'; ++depth) {
    if (out.modifier < 0) out.modifier = out.base->base_modifier;
    out.base = types.find(out.base->base);
  }
  return out;
}

std::optional<column_type> column_type_of(const resolved_type& type, const type_context& in) {
  if (type.base == nullptr) return std::nullopt;
  const postgres::type_description& base = *type.base;
  if (base.kind == 'e') return enumeration(base, in);
  // decoderbufs sends domains as texts, which Debezium takes for the bytes of a bytea, and in which
  // it finds no array.
  const bool domain_as_text =
      in.how.decoderbufs && type.from == origin::stream && type.named->kind == 'd';
  if (base.element) {
    std::optional<column_type> out = array_type_of(type, in);
    if (out && domain_as_text) out->encoder.encode = encode::nothing;
    return out;
  }
  switch (base.id.value) {
    case type_oid::boolean:
      return plain(boolean_type, encode::boolean, "false");
    case type_oid::int2:
      return plain(int16_type, encode::integer, "0");
    case type_oid::int4:
      return plain(int32_type, encode::integer, "0");
    case type_oid::int8:
    case type_oid::object_id:
      return plain(int64_type, encode::integer, "0");
    case type_oid::float4:
      return plain(float_type, encode::float32, "0.0");
    case type_oid::float8:
      return plain(double_type, encode::float64, "0.0");
    case type_oid::numeric:
      return numeric_type_of(type, in);
    case type_oid::money:
      return money_type_of(in);
    case type_oid::bytea:
      if (domain_as_text)
        return binary(encode::text_base64, encode::text_base64_url_safe, encode::text_hex, in);
      return binary(encode::bytea_base64, encode::bytea_base64_url_safe, encode::bytea_hex, in);
    case type_oid::bit:
    case type_oid::varbit:
      return bits(type, in);
    case type_oid::date:
    case type_oid::time:
    case type_oid::timetz:
    case type_oid::timestamp:
    case type_oid::timestamptz:
    case type_oid::interval:
      return temporal_type_of(type, in);
    case type_oid::json:
    case type_oid::jsonb:
      return text_like("io.debezium.data.Json", in);
    case type_oid::xml:
      return text_like("io.debezium.data.Xml", in);
    case type_oid::uuid:
      return text_like("io.debezium.data.Uuid", in);
    case type_oid::point:
      return point();
    case type_oid::name:
      return name_type(in);
    case type_oid::text:
    case type_oid::varchar:
    case type_oid::bpchar:
    case type_oid::quoted_char:
    case type_oid::inet:
    case type_oid::cidr:
    case type_oid::macaddr:
    case type_oid::macaddr8:
    case type_oid::int4range:
    case type_oid::int8range:
    case type_oid::numrange:
    case type_oid::tsrange:
    case type_oid::tstzrange:
    case type_oid::daterange:
      return text_like({}, in);
    default:
      return extension_type(base, in);
  }
}

jdbc_size jdbc_size_of(const resolved_type& type) noexcept {
  constexpr std::int32_t unknown_length = std::numeric_limits<std::int32_t>::max();
  constexpr std::int32_t modifier_header = 4;
  const std::int32_t modifier = type.modifier;
  if (type.base == nullptr) return {.length = unknown_length};
  if (type.from == origin::snapshot && vector_type(type.base->id.value))
    return {.length = unknown_length};
  // An array has the sizes of its elements.
  const std::uint32_t id = type.base->element ? type.base->element.value : type.base->id.value;
  const std::int32_t second_digits = modifier < 0 ? 6 : modifier;
  const std::int32_t second_size = second_digits == 0   ? 0
                                   : second_digits == 1 ? 3
                                                        : second_digits + 1;
  switch (id) {
    case type_oid::int2:
      return {.length = 5};
    case type_oid::object_id:
    case type_oid::int4:
      return {.length = 10};
    case type_oid::int8:
      return {.length = 19};
    case type_oid::float4:
      return {.length = 8, .scale = 8};
    case type_oid::float8:
      return {.length = 17, .scale = 17};
    case type_oid::numeric:
      if (modifier < 0) return unlimited_numeric_size(type);
      return {.length = ((modifier - modifier_header) >> 16) & 0xFFFF,
              .scale = numeric_scale(modifier)};
    case type_oid::boolean:
    case type_oid::quoted_char:
      return {.length = 1};
    case type_oid::bpchar:
    case type_oid::varchar:
      return {.length = modifier < 0 ? unknown_length : modifier - modifier_header};
    case type_oid::date:
      return {.length = 13};
    case type_oid::time:
      return {.length = 8 + second_size, .scale = second_digits};
    case type_oid::timetz:
      return {.length = 14 + second_size, .scale = second_digits};
    case type_oid::timestamp:
      return {.length = 22 + second_size, .scale = second_digits};
    case type_oid::timestamptz:
      return {.length = 28 + second_size, .scale = second_digits};
    case type_oid::interval:
      return {.length = 49, .scale = modifier < 0 ? 6 : modifier & 0xFFFF};
    case type_oid::bit:
      return {.length = modifier};
    case type_oid::varbit:
      return {.length = modifier < 0 ? unknown_length : modifier};
    default:
      return {.length = unknown_length};
  }
}

}  // namespace tidewire::event
