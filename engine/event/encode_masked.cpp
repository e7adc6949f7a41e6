#include "event/encode_masked.hpp"

#include "event/encode_scalar.hpp"
#include "event/salted_hash.hpp"
#include "event/type_oids.hpp"

#include <simdjson.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace tidewire::event {

/// What a masking encoder needs to know.
struct value_mask {
  std::string text;  // of asterisks, as JSON
  std::optional<salted_hash> hash;
};

namespace {

constexpr std::string_view string_type = "\"type\":\"string\"";

/// Cuts the JSON string that begins at `from` after so many UTF-16 code units. An escape is one
/// unit, and so is a sequence of up to three bytes; what takes two units was written as two
/// escapes.
void cut_json_string(byte_buffer& out, std::size_t from, std::size_t units_max) {
  const std::string_view json = out.view();
  std::size_t at = from + 1;
  for (std::size_t units = 0; json[at] != '"'; ++units) {
    if (units == units_max) {
      out.truncate(at);
      out.push_back('"');
      return;
    }
    if (json[at] == '\\') {
      at += json[at + 1] == 'u' ? 6 : 2;
      continue;
    }
    for (++at; (static_cast<unsigned char>(json[at]) & 0xC0U) == 0x80U;) ++at;
  }
}

bool encode_cut(const value_encoder& self,
                std::string_view text,
                byte_buffer& out,
                value_scratch& scratch) {
  const std::size_t from = out.size();
  if (!(*self.element)(text, out, scratch)) return false;
  if (out.view()[from] == '"') cut_json_string(out, from, static_cast<std::size_t>(self.scale));
  return true;
}

bool encode_asterisks(const value_encoder& self,
                      std::string_view /*text*/,
                      byte_buffer& out,
                      value_scratch& /*scratch*/) {
  out.append(self.mask->text);
  return true;
}

bool encode_hash(const value_encoder& self,
                 std::string_view text,
                 byte_buffer& out,
                 value_scratch& scratch) {
  out.push_back('"');
  if (!self.mask->hash->append_hex(text, out, scratch.bytes)) return false;
  out.push_back('"');
  return true;
}

/// Those whose JDBC type is CHAR or VARCHAR.
bool is_character_type(const resolved_type& type) {
  if (type.base == nullptr || type.base->element) return false;
  if (type.base->kind == 'e') return true;
  switch (type.base->id.value) {
    case type_oid::text:
    case type_oid::varchar:
    case type_oid::bpchar:
    case type_oid::quoted_char:
    case type_oid::name:
      return true;
    default:
      return false;
  }
}

bool may_be_longer(const resolved_type& type, std::size_t length) {
  const std::int32_t longest = jdbc_size_of(type).length;
  return longest < 0 || static_cast<std::size_t>(longest) > length;
}

/// The text of a JSON string; nothing of another value.
std::optional<std::string> text_of(const std::string& json) {
  simdjson::dom::parser parser;
  std::string_view text;
  if (parser.parse(json).get(text) != simdjson::SUCCESS) return std::nullopt;
  return std::string(text);
}

void truncate(const mask_rule& rule,
              const field_schema& schema,
              value_encoder& encoder,
              fixed_values fixed) {
  const auto cut = [&rule](std::string& json) {
    if (!json.starts_with('"')) return;
    byte_buffer out;
    out.append(json);
    cut_json_string(out, 0, rule.length);
    json = out.view();
  };
  // Where a nullable column is null Connect shows its default, which no mask has seen.
  if (fixed.unavailable != fixed.null || !schema.optional) cut(fixed.unavailable);
  if (!schema.optional) cut(fixed.null);
  auto inner = std::make_unique<value_encoder>(std::move(encoder));
  encoder = {};
  encoder.encode = encode_cut;
  encoder.scale = static_cast<std::int32_t>(rule.length);
  encoder.element = std::move(inner);
}

void cover(const mask_rule& rule, value_encoder& encoder, fixed_values fixed) {
  const auto mask = std::make_shared<value_mask>();
  mask->text = '"' + std::string(rule.length, '*') + '"';
  fixed.null = mask->text;
  fixed.unavailable = mask->text;
  encoder = {};
  encoder.encode = encode_asterisks;
  encoder.mask = mask;
}

void hash(const mask_rule& rule,
          const resolved_type& type,
          const field_schema& schema,
          value_encoder& encoder,
          fixed_values fixed) {
  const auto mask = std::make_shared<value_mask>();
  const std::int32_t length = jdbc_size_of(type).length;
  mask->hash.emplace(rule.algorithm,
                     rule.salt,
                     rule.kind == mask_kind::hash ? hash_form::serialized : hash_form::plain,
                     static_cast<std::size_t>(std::max(length, 0)));
  const auto hashed = [&mask](std::string& json) {
    const std::optional<std::string> text = text_of(json);
    if (!text) return;
    byte_buffer out;
    byte_buffer scratch;
    mask->hash->append_hex(*text, out, scratch);
    json = '"' + std::string(out.view()) + '"';
  };
  if (fixed.unavailable != fixed.null || !schema.optional) hashed(fixed.unavailable);
  if (!schema.optional) hashed(fixed.null);
  if (encoder.encode == encode::nothing) return;  // nothing to hash is read
  encoder = {};
  encoder.encode = encode_hash;
  encoder.mask = mask;
}

}  // namespace

void mask_schema(const mask_rule& rule, const resolved_type& type, field_schema& schema) {
  if (rule.kind != mask_kind::truncate)
    schema.parameters.emplace_back("masked", "true");
  else if (may_be_longer(type, rule.length))
    schema.parameters.emplace_back("truncateLength", std::to_string(rule.length));
}

void mask_values(const mask_rule& rule,
                 const resolved_type& type,
                 const field_schema& schema,
                 value_encoder& encoder,
                 fixed_values fixed) {
  if (rule.kind == mask_kind::truncate) {
    if (schema.type == string_type && may_be_longer(type, rule.length))
      truncate(rule, schema, encoder, fixed);
  } else if (is_character_type(type)) {
    if (rule.kind == mask_kind::asterisks)
      cover(rule, encoder, fixed);
    else
      hash(rule, type, schema, encoder, fixed);
  }
}

}  // namespace tidewire::event
