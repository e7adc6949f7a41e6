#include "transform/json_payload.hpp"

#include "base/byte_buffer.hpp"
#include "base/json_text.hpp"
#include "event/event_string.hpp"
#include "event/java_number.hpp"
#include "transform/document.hpp"

#include <simdjson.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace tidewire::transform {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

/// Of several members of one name the last counts, as in Jackson's trees.
bool last_of(simdjson::dom::object object, std::string_view name, element& found) {
  bool any = false;
  for (const auto member : object)
    if (member.key == name) {
      found = member.value;
      any = true;
    }
  return any;
}

bool fits_int(std::int64_t number) noexcept {
  return number >= std::numeric_limits<std::int32_t>::min() &&
         number <= std::numeric_limits<std::int32_t>::max();
}

/// What a value is in Kafka Connect; nothing for null, and for an integer beyond 64 bits, which
/// Debezium cannot put into its struct either.
std::optional<type> type_of(element json) {
  switch (json.type()) {
    case element_type::STRING:
      return type::string;
    case element_type::BOOL:
      return type::boolean;
    case element_type::INT64:
      return fits_int(json.get_int64().value_unsafe()) ? type::int32 : type::int64;
    case element_type::DOUBLE:
      return type::float64;
    case element_type::ARRAY:
      return type::array;
    case element_type::OBJECT:
      return type::structure;
    default:
      return std::nullopt;
  }
}

/// Infers a schema; `bad` is set where a document has none.
class inference {
 public:
  explicit inference(null_members nulls) : nulls_(nulls) {}

  /// Null: the value is left out.
  schema_ptr of(const std::string& name, element json) {
    if (json.is_null())
      return nulls_ == null_members::optional_bytes ? plain(type::bytes, true) : nullptr;
    if (json.is_array()) return of_array(name, json.get_array().value_unsafe());
    if (json.is_object()) return of_object(name, json.get_object().value_unsafe());
    if (const auto known = type_of(json)) return plain(*known, true);
    bad_ = true;
    return nullptr;
  }
  bool bad() const noexcept { return bad_; }

 private:
  schema_ptr of_object(const std::string& name, simdjson::dom::object object) {
    schema made;
    made.name = name;
    made.optional = true;
    for (const auto member : object) {
      const std::string key(member.key);
      if (made.find(key)) continue;
      element last;
      last_of(object, key, last);
      if (auto shape = of(name.empty() ? key : name + "." + key, last))
        made.fields.emplace_back(key, std::move(shape));
    }
    return shared(std::move(made));
  }

  schema_ptr of_array(const std::string& name, simdjson::dom::array array) {
    if (array.size() == 0) return nullptr;
    std::vector<element> known;
    for (const auto one : array)
      if (!one.is_null()) known.push_back(one);
    schema_ptr elements;
    for (const auto one : known) {
      if (kind_of(one.type()) != kind_of(known.front().type())) bad_ = true;
      auto shape = one.is_object() ? of(name, one) : of({}, one);
      if (elements && shape && elements->text() != shape->text()) {
        if (!one.is_object()) {
          if (one.is_number()) bad_ = true;  // whole and broken numbers in one array
          continue;
        }
        shape = merged(*elements, *shape);
      }
      if (!elements || one.is_object()) elements = std::move(shape);
    }
    if (!elements && known.empty() && nulls_ == null_members::optional_bytes)
      elements = plain(type::bytes, true);
    if (!elements) bad_ = true;
    schema made;
    made.kind = type::array;
    made.optional = true;
    made.elements = std::move(elements);
    return shared(std::move(made));
  }

  /// The nodes of Jackson do not tell whole numbers from others.
  static element_type kind_of(element_type of) noexcept {
    return of == element_type::INT64 || of == element_type::UINT64 ? element_type::DOUBLE : of;
  }

  static schema_ptr merged(const schema& left, const schema& right) {
    schema made = basics_of(left);
    made.fields = left.fields;
    for (const field& one : right.fields) {
      const auto at = made.find(one.name);
      if (!at)
        made.fields.push_back(one);
      else if (made.fields[*at].shape->kind == type::bytes && one.shape->kind != type::bytes)
        made.fields[*at] = one;
    }
    return shared(std::move(made));
  }

  null_members nulls_;
  bool bad_ = false;
};

/// False where a value is not what its schema says: two objects of an array may have different
/// things under one name.
bool append(const schema& shape, element json, byte_buffer& out);

bool append_object(const schema& shape, simdjson::dom::object object, byte_buffer& out) {
  out.push_back('{');
  for (const field& one : shape.fields) {
    if (&one != shape.fields.data()) out.push_back(',');
    out.append(one.quoted);
    element member;
    if (!last_of(object, one.name, member))
      out.append("null");
    else if (!append(*one.shape, member, out))
      return false;
  }
  out.push_back('}');
  return true;
}

bool append_array(const schema& shape, simdjson::dom::array array, byte_buffer& out) {
  out.push_back('[');
  bool first = true;
  for (const auto one : array) {
    if (!first) out.push_back(',');
    first = false;
    if (!append(*shape.elements, one, out)) return false;
  }
  out.push_back(']');
  return true;
}

bool append(const schema& shape, element json, byte_buffer& out) {
  if (!json.is_null() && type_of(json) != shape.kind) return false;
  switch (json.type()) {
    case element_type::STRING:
      event::append_event_string(out, json.get_string().value_unsafe());
      return true;
    case element_type::BOOL:
      out.append(json.get_bool().value_unsafe() ? "true" : "false");
      return true;
    case element_type::INT64:
      append_number(out, json.get_int64().value_unsafe());
      return true;
    case element_type::DOUBLE:
      event::append_java_double(out, json.get_double().value_unsafe());
      return true;
    case element_type::ARRAY:
      return append_array(shape, json.get_array().value_unsafe(), out);
    case element_type::OBJECT:
      return append_object(shape, json.get_object().value_unsafe(), out);
    default:
      out.append("null");
      return true;
  }
}

/// The text up to the end of its first object or array: what follows is not looked at, as Jackson
/// does it.
std::string_view first_document(std::string_view json) noexcept {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return json.substr(0, i + 1);
    }
  }
  return json;
}

}  // namespace

std::optional<part> expand_json(std::string_view json,
                                std::string_view name,
                                null_members nulls,
                                text_store& texts) {
  if (!json.starts_with('{') && !json.starts_with('[')) return std::nullopt;
  simdjson::dom::parser parser;
  element root;
  json = first_document(json);
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return std::nullopt;
  inference infer(nulls);
  part made{.shape = infer.of(std::string(name), root), .content = {}};
  if (infer.bad() || !made.shape) return std::nullopt;
  byte_buffer out;
  if (!append(*made.shape, root, out)) return std::nullopt;
  const std::string_view text = texts.keep(std::string(out.view()));
  if (!read_value(*made.shape, text, made.content)) return std::nullopt;
  return made;
}

}  // namespace tidewire::transform
