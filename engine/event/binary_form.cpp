#include "event/binary_form.hpp"

#include "event/encode_binary.hpp"
#include "event/encode_bytes.hpp"
#include "event/encode_scalar.hpp"
#include "event/encode_temporal.hpp"
#include "event/type_oids.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tidewire::event {
namespace {

struct known_form {
  std::uint32_t type = 0;
  encode_function of_text = nullptr;  // null: any
  encode_function of_binary = nullptr;
};

// The send functions of texts write the text itself.
constexpr std::array forms = {
    known_form{type_oid::boolean, encode::boolean, encode::binary_boolean},
    known_form{type_oid::int2, encode::integer, encode::binary_integer},
    known_form{type_oid::int4, encode::integer, encode::binary_integer},
    known_form{type_oid::int8, encode::integer, encode::binary_integer},
    known_form{type_oid::object_id, encode::integer, encode::binary_object_id},
    known_form{type_oid::float4, encode::float32, encode::binary_float32},
    known_form{type_oid::float8, encode::float64, encode::binary_float64},
    known_form{type_oid::numeric, nullptr, encode::binary_numeric},
    known_form{type_oid::text, encode::string, encode::string},
    known_form{type_oid::varchar, encode::string, encode::string},
    known_form{type_oid::bpchar, encode::string, encode::string},
    known_form{type_oid::name, encode::string, encode::string},
    known_form{type_oid::json, encode::string, encode::string},
    known_form{type_oid::jsonb, encode::string, encode::binary_jsonb},
    known_form{type_oid::uuid, encode::string, encode::binary_uuid},
    known_form{type_oid::bytea, encode::bytea_base64, encode::text_base64},
    known_form{type_oid::bytea, encode::bytea_base64_url_safe, encode::text_base64_url_safe},
    known_form{type_oid::bytea, encode::bytea_hex, encode::text_hex},
    known_form{type_oid::date, encode::snapshot_date, encode::binary_date},
    known_form{type_oid::time, encode::time_millis, encode::binary_time_millis},
    known_form{type_oid::time, encode::time_micros, encode::binary_time_micros},
    known_form{
        type_oid::timestamp, encode::snapshot_timestamp_millis, encode::binary_timestamp_millis},
    known_form{
        type_oid::timestamp, encode::snapshot_timestamp_micros, encode::binary_timestamp_micros},
    known_form{
        type_oid::timestamptz, encode::snapshot_zoned_timestamp, encode::binary_zoned_timestamp},
};

}  // namespace

bool has_binary_form(const resolved_type& type) noexcept {
  if (type.base == nullptr) return false;
  const std::uint32_t id = type.base->id.value;
  return type.base->kind == 'e' ||
         std::ranges::any_of(forms, [id](const known_form& form) { return form.type == id; });
}

encode_function binary_encoder(const resolved_type& type, encode_function encode) noexcept {
  if (!has_binary_form(type)) return nullptr;
  if (encode == encode::nothing) return encode::nothing;
  if (type.base->kind == 'e') return encode == encode::string ? encode::string : nullptr;
  const std::uint32_t id = type.base->id.value;
  const auto found = std::ranges::find_if(forms, [&](const known_form& form) {
    return form.type == id && (form.of_text == nullptr || form.of_text == encode);
  });
  return found == forms.end() ? nullptr : found->of_binary;
}

}  // namespace tidewire::event
