#pragma once

#include "event/type_oids.hpp"
#include "postgres/table.hpp"
#include "postgres/tuple.hpp"
#include "postgres/type_catalog.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::event::test {

constexpr std::uint32_t mood_oid = 90001;  // enum ('sad', 'ok')
constexpr std::uint32_t mood_array_oid = 90002;
constexpr std::uint32_t price_oid = 90003;         // domain over numeric(8,3)
constexpr std::uint32_t nested_price_oid = 90004;  // domain over that
constexpr std::uint32_t citext_oid = 90005;
constexpr std::uint32_t composite_oid = 90006;
constexpr std::uint32_t price_array_oid = 90007;
constexpr std::uint32_t digest_oid = 90008;  // domain over bytea
constexpr std::uint32_t counts_oid = 90009;  // domain over int4[]
constexpr std::uint32_t geometry_oid = 90010;
constexpr std::uint32_t geography_oid = 90011;
constexpr std::uint32_t timestamp_array_oid = 1115;
constexpr std::uint32_t date_array_oid = 1182;
constexpr std::uint32_t time_array_oid = 1183;
constexpr std::uint32_t line_array_oid = 629;
constexpr std::uint32_t int4_array_oid = 1007;
constexpr std::uint32_t text_array_oid = 1009;
constexpr std::uint32_t uuid_array_oid = 2951;

constexpr std::int32_t numeric_modifier(std::int32_t precision, std::int32_t scale) {
  return (precision << 16 | (scale & 0x7FF)) + 4;
}
constexpr std::int32_t varchar_modifier(std::int32_t length) {
  return length + 4;
}

inline postgres::type_catalog catalog() {
  postgres::type_catalog types;
  const auto base = [&](std::uint32_t id, std::string name) {
    types.add({.id = oid{id}, .name = std::move(name), .schema = "pg_catalog"});
  };
  base(type_oid::boolean, "bool");
  base(type_oid::bytea, "bytea");
  base(type_oid::name, "name");
  base(type_oid::int8, "int8");
  base(type_oid::int2, "int2");
  base(type_oid::int4, "int4");
  base(type_oid::text, "text");
  base(type_oid::object_id, "oid");
  base(type_oid::json, "json");
  base(type_oid::jsonb, "jsonb");
  base(type_oid::xml, "xml");
  base(type_oid::point, "point");
  base(type_oid::line, "line");
  base(type_oid::float4, "float4");
  base(type_oid::float8, "float8");
  base(type_oid::money, "money");
  base(type_oid::inet, "inet");
  base(type_oid::bpchar, "bpchar");
  base(type_oid::varchar, "varchar");
  base(type_oid::date, "date");
  base(type_oid::time, "time");
  base(type_oid::timestamp, "timestamp");
  base(type_oid::timestamptz, "timestamptz");
  base(type_oid::interval, "interval");
  base(type_oid::timetz, "timetz");
  base(type_oid::bit, "bit");
  base(type_oid::varbit, "varbit");
  base(type_oid::numeric, "numeric");
  base(type_oid::uuid, "uuid");
  base(citext_oid, "citext");
  const auto array = [&](std::uint32_t id, std::string name, std::uint32_t element) {
    types.add({.id = oid{id}, .name = std::move(name), .category = 'A', .element = oid{element}});
  };
  array(int4_array_oid, "_int4", type_oid::int4);
  array(text_array_oid, "_text", type_oid::text);
  array(uuid_array_oid, "_uuid", type_oid::uuid);
  array(type_oid::bit_array, "_bit", type_oid::bit);
  array(type_oid::money_array, "_money", type_oid::money);
  array(mood_array_oid, "_mood", mood_oid);
  array(line_array_oid, "_line", type_oid::line);
  array(price_array_oid, "_price", price_oid);
  array(type_oid::int2vector, "int2vector", type_oid::int2);
  types.add({.id = oid{mood_oid},
             .name = "mood",
             .schema = "public",
             .kind = 'e',
             .labels = {"sad", "ok"}});
  types.add({.id = oid{price_oid},
             .name = "price",
             .kind = 'd',
             .base = oid{type_oid::numeric},
             .base_modifier = numeric_modifier(8, 3)});
  types.add({.id = oid{digest_oid}, .name = "digest", .kind = 'd', .base = oid{type_oid::bytea}});
  types.add({.id = oid{counts_oid}, .name = "counts", .kind = 'd', .base = oid{int4_array_oid}});
  base(geometry_oid, "geometry");
  base(geography_oid, "geography");
  array(timestamp_array_oid, "_timestamp", type_oid::timestamp);
  array(date_array_oid, "_date", type_oid::date);
  array(time_array_oid, "_time", type_oid::time);
  types.add({.id = oid{nested_price_oid}, .name = "nested", .kind = 'd', .base = oid{price_oid}});
  types.add({.id = oid{composite_oid}, .name = "comp", .kind = 'c'});
  return types;
}

inline postgres::column column(std::string name, std::uint32_t type, std::int32_t modifier = -1) {
  postgres::column out;
  out.name = std::move(name);
  out.type = oid{type};
  out.modifier = modifier;
  return out;
}

inline postgres::column not_null(postgres::column of) {
  of.not_null = true;
  return of;
}

inline postgres::column with_default(postgres::column of, std::string expression) {
  of.default_expression = std::move(expression);
  return of;
}

inline postgres::table table(std::string schema,
                             std::string name,
                             std::vector<postgres::column> columns,
                             std::vector<std::size_t> key = {0}) {
  postgres::table out;
  out.id = oid{16384};
  out.schema = std::move(schema);
  out.name = std::move(name);
  out.columns = std::move(columns);
  out.key = std::move(key);
  return out;
}

inline postgres::value_view text(std::string_view bytes) {
  return {postgres::value_kind::text, bytes};
}
inline postgres::value_view null() {
  return {};
}
inline postgres::value_view unchanged() {
  return {postgres::value_kind::unchanged_toast, {}};
}

}  // namespace tidewire::event::test
