#pragma once

#include "event/options.hpp"
#include "event/schema_text.hpp"
#include "event/table_plan.hpp"
#include "event/value_encoder.hpp"
#include "postgres/type_catalog.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace tidewire::event {

/// A PostgreSQL type under its modifier, with domains followed down to what they rest on.
struct resolved_type {
  const postgres::type_description* named =
      nullptr;  // as the column is declared; null if the catalogue lacks it
  const postgres::type_description* base = nullptr;  // below all domains
  std::int32_t modifier = -1;
  origin from = origin::stream;  // who told of it: JDBC in a snapshot, or the stream's decoder
};

resolved_type resolve(const postgres::type_catalog& types,
                      oid type,
                      std::int32_t modifier,
                      origin from = origin::stream);

/// Types of the catalogue that have elements, but print them without braces: `1 2 3`.
bool vector_type(std::uint32_t id) noexcept;

/// What an event makes of a column's type: schema and values.
struct column_type {
  field_schema schema;  // without optional and default
  value_encoder encoder;
  std::string filler;            // JSON of a missing value where the column is NOT NULL
  bool always_optional = false;  // the schema says so even where the column is NOT NULL
  std::string unavailable;  // JSON for an unchanged out-of-line value; empty: as if it were null
};

/// What decides between two shapes of one type.
struct type_context {
  const options& how;
  const postgres::type_catalog& types;
  origin from;
  bool decimals_as_numbers;  // of the key's or the value's converter
};

/// Nothing for a type that events leave out.
std::optional<column_type> column_type_of(const resolved_type& type, const type_context& in);

/// Length and scale that JDBC reports for a type (pgjdbc's precision and scale), as
/// __debezium.source.column.* has them.
struct jdbc_size {
  std::int32_t length = 0;
  std::int32_t scale = 0;
  bool has_scale = true;  // JDBC tells none of a numeric without precision
};
jdbc_size jdbc_size_of(const resolved_type& type) noexcept;

}  // namespace tidewire::event
