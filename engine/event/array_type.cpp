#include "event/array_type.hpp"

#include "event/encode_scalar.hpp"
#include "event/encode_structure.hpp"
#include "event/encode_temporal.hpp"
#include "event/placeholder.hpp"
#include "event/type_oids.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace tidewire::event {
namespace {

constexpr std::int32_t millisecond_digits = 3;

bool left_out(std::uint32_t array) noexcept {
  switch (array) {
    case type_oid::money_array:
    case type_oid::name_array:
    case type_oid::interval_array:
    case type_oid::varbit_array:
    case type_oid::xml_array:
    case type_oid::point_array:
    case type_oid::refcursor_array:
      return true;
    default:
      return false;
  }
}

/// A placeholder of bytes as Debezium writes it into an array of numbers: each byte is an element.
std::string bytes_as_numbers(std::string_view bytes) {
  std::string out = "[";
  for (const char byte : bytes) {
    if (out.size() > 1) out += ',';
    out += std::to_string(static_cast<signed char>(byte));
  }
  return out + "]";
}

std::string unavailable_array(std::uint32_t element, const type_context& in) {
  const std::string text = placeholder_text(in.how);
  switch (element) {
    case type_oid::text:
    case type_oid::varchar:
    case type_oid::json:
    case type_oid::jsonb:
      return "[" + json_quoted(text) + "]";
    case type_oid::bytea:
      return "[" + json_base64(text) + "]";
    case type_oid::int4:
    case type_oid::date:
    case type_oid::int8:
      return bytes_as_numbers(text);
    case type_oid::uuid:
      return "[" + json_quoted(name_uuid(text)) + "]";
    default:
      return {};
  }
}

/// Elements whose values in an array differ from those of a column of the same type.
void adapt_element(column_type& element,
                   std::uint32_t id,
                   std::int32_t digits,
                   const type_context& in) {
  switch (id) {
    case type_oid::time:
      // The schema is that of microseconds whatever the mode, and values that do not fit it are
      // refused.
      element.encoder.encode =
          in.how.times != time_mode::connect &&
                  (in.how.times != time_mode::adaptive || digits > millisecond_digits)
              ? encode::element_time_micros
              : encode::nothing;
      element.schema.type = "\"type\":\"int64\"";
      element.schema.name = "io.debezium.time.MicroTime";
      break;
    case type_oid::timetz:
      element.encoder.encode = encode::element_zoned_time;
      break;
    case type_oid::timestamptz:
      element.encoder.encode = encode::element_zoned_timestamp;
      break;
    default:
      break;
  }
}

bool has_digits(std::uint32_t element) noexcept {
  return element == type_oid::time || element == type_oid::timestamp ||
         element == type_oid::timestamptz;
}

/// An array's dates and times are read by pgjdbc, the stream's too.
type_context element_context(std::uint32_t id, const type_context& in) {
  const bool by_jdbc = id == type_oid::date || id == type_oid::timestamp;
  return {.how = in.how,
          .types = in.types,
          .from = by_jdbc ? origin::snapshot : in.from,
          .decimals_as_numbers = in.decimals_as_numbers};
}

/// The class of the elements that pgjdbc reads an array in an array to, where Debezium prints the
/// object itself; nothing where it takes the element for null.
std::string_view nested_class(const postgres::type_description& element) {
  if (element.kind == 'e') return "java.lang.String";
  if (element.name == "ltree") return "java.lang.Object";
  switch (element.id.value) {
    case type_oid::text:
    case type_oid::varchar:
    case type_oid::bpchar:
    case type_oid::quoted_char:
    case type_oid::json:
    case type_oid::jsonb:
      return "java.lang.String";
    case type_oid::uuid:
      return "java.util.UUID";
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
      return "java.lang.Object";
    default:
      return {};
  }
}

/// Whether the schema of the elements allows null: it does where Debezium has a converter for the
/// array itself, and not where it makes one of its converter for the element.
bool null_element_allowed(const postgres::type_description& element) {
  if (element.kind == 'e' || element.kind == 'd') return false;
  switch (element.id.value) {
    case type_oid::boolean:
    case type_oid::int2:
    case type_oid::int4:
    case type_oid::int8:
    case type_oid::object_id:
    case type_oid::float4:
    case type_oid::float8:
    case type_oid::numeric:
    case type_oid::bytea:
    case type_oid::date:
    case type_oid::time:
    case type_oid::timetz:
    case type_oid::timestamp:
    case type_oid::timestamptz:
      return true;
    default:
      break;
  }
  constexpr std::array<std::string_view, 5> extensions = {
      "citext", "geography", "geometry", "hstore", "ltree"};
  return std::find(extensions.begin(), extensions.end(), element.name) != extensions.end() ||
         !nested_class(element).empty();
}

/// int2vector, oidvector: Debezium takes them for arrays and looks for braces, finds none, and
/// gives an empty array, or null for an empty text.
column_type vector_of(const column_type& item) {
  column_type out;
  out.schema.type = "\"type\":\"array\",\"items\":" + render(item.schema);
  out.encoder.encode = encode::vector_elements;
  out.filler = "[]";
  return out;
}

/// bit[]: Debezium gives it the schema of a single bit string, which none of its arrays fits.
column_type bit_array(const resolved_type& type,
                      const type_context& in,
                      const postgres::type_description& bit) {
  const resolved_type single{.named = &bit, .base = &bit, .modifier = type.modifier};
  column_type out = column_type_of(single, in).value();
  out.encoder.encode = encode::nothing;
  return out;
}

}  // namespace

std::optional<column_type> array_type_of(const resolved_type& type, const type_context& in) {
  const postgres::type_description& array = *type.base;
  const postgres::type_description* const element = in.types.find(array.element);
  if (element == nullptr || left_out(array.id.value)) return std::nullopt;
  if (array.id.value == type_oid::bit_array) return bit_array(type, in, *element);

  // decoderbufs names the type of the array, in which Debezium finds no digits of a time.
  const bool unmodified =
      in.how.decoderbufs && type.from == origin::stream && has_digits(element->id.value);
  const std::int32_t modifier = unmodified ? -1 : type.modifier;
  const resolved_type resolved{.named = element, .base = element, .modifier = modifier};
  std::optional<column_type> item =
      column_type_of(resolved, element_context(element->id.value, in));
  if (!item) return std::nullopt;
  adapt_element(*item, element->id.value, jdbc_size_of(resolved).scale, in);

  column_type out;
  if (vector_type(array.id.value)) return vector_of(*item);
  item->schema.optional = null_element_allowed(*element);
  out.schema.type = "\"type\":\"array\",\"items\":" + render(item->schema);
  out.encoder.encode = encode::array;
  out.encoder.delimiter = element->delimiter;
  // Debezium's converter of ltree stumbles over NULL, whatever the schema says.
  out.encoder.elements_required = !item->schema.optional || element->name == "ltree";
  out.encoder.nested_class = nested_class(*element);
  out.encoder.element = std::make_unique<value_encoder>(std::move(item->encoder));
  out.filler = "[]";
  out.unavailable = unavailable_array(element->id.value, in);
  return out;
}

}  // namespace tidewire::event
