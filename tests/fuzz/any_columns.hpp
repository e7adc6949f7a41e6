#pragma once

#include "event/change_encoder.hpp"

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// For targets that try a type as a whole: its plan, its encoder, its place in the event.
namespace tidewire::fuzz {

/// A type of the catalogue of these tests; arrays name their element.
struct any_type {
  std::uint32_t id;
  std::string_view name;
  char kind;
  std::uint32_t element = 0;
};

/// Options under which types that Debezium does not know come, as bytes.
inline event::options unknown_types(event::binary_mode binaries) {
  event::options how;
  how.unknown_types = true;
  how.binaries = binaries;
  return how;
}

/// A table whose key is an integer and whose other columns have the types, under one set of
/// options. The text is put into every one of them: the events must be JSON whatever it is.
class any_columns {
 public:
  any_columns(const std::vector<any_type>& all, event::options how, event::origin from)
      : how_(std::move(how)) {
    how_.topic_prefix = "t";
    how_.database = "d";
    how_.key_schemas = how_.value_schemas = false;
    postgres::type_catalog types;
    types.add({.id = oid{23}, .name = "int4"});
    postgres::table table;
    table.schema = "public";
    table.name = "t";
    table.key = {0};
    table.columns.push_back({.name = "id", .type = oid{23}, .not_null = true});
    for (const any_type& type : all) {
      types.add({.id = oid{type.id},
                 .name = std::string(type.name),
                 .kind = type.kind,
                 .category = type.element != 0 ? 'A' : 'U',
                 .element = oid{type.element}});
      table.columns.push_back({.name = std::string(type.name), .type = oid{type.id}});
    }
    row_.resize(table.columns.size());
    plan_ = event::make_plan(table, types, how_, names_, from);
  }

  void check(std::string_view text) {
    for (postgres::value_view& value : row_) value = {postgres::value_kind::text, text};
    row_[0].bytes = "1";
    buffer_.clear();
    encoder_.insert(*plan_, row_, context_);
    encoder_.remove(*plan_, event::old_row::full, row_, context_);
    if (buffer_.records.size() != 3) __builtin_trap();
    if (!simdjson::validate_utf8(text.data(), text.size())) return;
    for (const event::record& r : buffer_.records) {
      if (r.value_size == 0) continue;
      const simdjson::padded_string json(buffer_.value(r));
      if (parser_.parse(json).error() != simdjson::SUCCESS) __builtin_trap();
    }
  }

 private:
  event::options how_;
  event::streams names_;
  event::record_buffer buffer_;
  event::single_output out_{buffer_};
  event::change_encoder encoder_{how_, out_};
  event::table_plan_ptr plan_;
  std::vector<postgres::value_view> row_;
  event::change_context context_;
  simdjson::dom::parser parser_;
};

}  // namespace tidewire::fuzz
