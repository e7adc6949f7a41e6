#include "transform/document.hpp"

#include "transform/json_scan.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace tidewire::transform {
namespace {

constexpr std::string_view schema_name = "{\"schema\":";
constexpr std::string_view payload_name = ",\"payload\":";
/// Key and value of a table, of before and after a change of its shape. A bound for tables whose
/// shape keeps changing.
constexpr std::size_t known_max = 16;

constexpr std::array<std::pair<std::string_view, type>, 12> types = {{{"int8", type::int8},
                                                                      {"int16", type::int16},
                                                                      {"int32", type::int32},
                                                                      {"int64", type::int64},
                                                                      {"float", type::float32},
                                                                      {"double", type::float64},
                                                                      {"boolean", type::boolean},
                                                                      {"string", type::string},
                                                                      {"bytes", type::bytes},
                                                                      {"array", type::array},
                                                                      {"map", type::map},
                                                                      {"struct", type::structure}}};

/// Calls `use(name, value)` for each member of an object. False: it is not one, or `use` said so.
template <class Use>
bool for_members(std::string_view object, const Use& use) {
  json_scan in(object);
  if (!in.take('{')) return false;
  if (in.take('}')) return in.done();
  do {
    const std::string_view name = in.value();
    if (name.size() < 2 || name.front() != '"' || !in.take(':')) return false;
    const std::string_view text = in.value();
    if (text.empty() || !use(name, text)) return false;
  } while (in.take(','));
  return in.take('}') && in.done();
}

bool read_fields(std::string_view array, std::vector<field>& into);

bool read_type(std::string_view word, schema& into) {
  const std::string name = unquoted(word);
  const auto found = std::ranges::find(types, name, &std::pair<std::string_view, type>::first);
  if (found == types.end()) return false;
  into.kind = found->second;
  return true;
}

bool read_number(std::string_view text, std::optional<std::int64_t>& into) {
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  into = number;
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

bool read_parameters(std::string_view object, schema& into) {
  return for_members(object, [&](std::string_view name, std::string_view text) {
    into.parameters.emplace_back(unquoted(name), unquoted(text));
    return true;
  });
}

/// \param called the name that a field's schema holds.
schema_ptr read_schema(std::string_view json, std::string* called) {
  schema made;
  const auto member = [&](std::string_view name, std::string_view text) {
    if (name == "\"type\"") return read_type(text, made);
    if (name == "\"fields\"") return read_fields(text, made.fields);
    if (name == "\"items\"" || name == "\"values\"")
      return (made.elements = transform::read_schema(text)) != nullptr;
    if (name == "\"keys\"") return (made.keys = transform::read_schema(text)) != nullptr;
    if (name == "\"optional\"") made.optional = text == "true";
    if (name == "\"name\"") made.name = unquoted(text);
    if (name == "\"version\"") return read_number(text, made.version);
    if (name == "\"doc\"") made.doc = unquoted(text);
    if (name == "\"parameters\"") return read_parameters(text, made);
    if (name == "\"default\"") made.initial = text;
    if (name == "\"field\"" && called != nullptr) *called = unquoted(text);
    return true;
  };
  if (!for_members(json, member)) return nullptr;
  return shared(std::move(made));
}

bool read_fields(std::string_view array, std::vector<field>& into) {
  json_scan in(array);
  if (!in.take('[')) return false;
  if (in.take(']')) return true;
  do {
    std::string name;
    auto shape = read_schema(in.value(), &name);
    if (!shape) return false;
    into.emplace_back(std::move(name), std::move(shape));
  } while (in.take(','));
  return in.take(']');
}

bool read_value(const schema& shape, json_scan& in, value& into);

bool read_members(const schema& shape, json_scan& in, value& into) {
  if (!in.take('{')) return false;
  into.is = value::kind::structure;
  into.members.resize(shape.fields.size());
  for (std::size_t i = 0; i < shape.fields.size(); ++i) {
    if (i > 0 && !in.take(',')) return false;
    if (!in.take(shape.fields[i].quoted)) return false;
    if (!read_value(*shape.fields[i].shape, in, into.members[i])) return false;
  }
  return in.take('}');
}

bool read_value(const schema& shape, json_scan& in, value& into) {
  if (in.take("null")) {
    into.is = value::kind::null;
    return true;
  }
  if (shape.kind == type::structure) return read_members(shape, in, into);
  into.is = value::kind::leaf;
  into.text = in.value();
  return !into.text.empty();
}

void write_value(const schema* shape, const value& from, bool nulls_as_default, byte_buffer& out) {
  switch (from.is) {
    case value::kind::leaf:
      return out.append(from.text);
    case value::kind::null:
      out.append(nulls_as_default && shape != nullptr && !shape->initial.empty()
                     ? std::string_view(shape->initial)
                     : std::string_view("null"));
      return;
    case value::kind::structure:
      break;
  }
  out.push_back('{');
  for (std::size_t i = 0; i < from.members.size(); ++i) {
    if (i > 0) out.push_back(',');
    out.append(shape->fields[i].quoted);
    write_value(shape->fields[i].shape.get(), from.members[i], nulls_as_default, out);
  }
  out.push_back('}');
}

}  // namespace

schema_ptr read_schema(std::string_view json) {
  return read_schema(json, nullptr);
}

bool read_value(const schema& shape, std::string_view json, value& into) {
  json_scan in(json);
  return read_value(shape, in, into) && in.done();
}

schema_ptr document_reader::shape_of(const void* source,
                                     std::string_view after_name,
                                     std::size_t& size) {
  std::vector<known>& all = known_[source];
  for (const known& one : all) {
    if (!after_name.starts_with(one.text)) continue;
    size = one.text.size();
    return one.shape;
  }
  const std::string_view text = json_scan(after_name).value();
  schema_ptr shape = transform::read_schema(text);
  size = text.size();
  if (!shape) return nullptr;
  if (all.size() >= known_max) all.erase(all.begin());
  all.push_back({std::string(text), shape});
  return shape;
}

bool document_reader::read(const void* source, std::string_view text, part& into) {
  if (!text.starts_with(schema_name)) return false;
  std::size_t size = 0;
  into.shape = shape_of(source, text.substr(schema_name.size()), size);
  if (!into.shape) return false;
  json_scan in(text.substr(schema_name.size() + size));
  return in.take(payload_name) && read_value(*into.shape, in, into.content) && in.take('}') &&
         in.done();
}

void write(const part& from, written_form how, byte_buffer& out) {
  if (!how.with_schema)
    return write_value(from.shape.get(), from.content, how.nulls_as_default, out);
  out.append(schema_name);
  out.append(from.shape ? std::string_view(from.shape->text()) : std::string_view("null"));
  out.append(payload_name);
  write_value(from.shape.get(), from.content, how.nulls_as_default, out);
  out.push_back('}');
}

}  // namespace tidewire::transform
