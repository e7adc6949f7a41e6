#pragma once

#include "event/options.hpp"
#include "event/type_oids.hpp"
#include "postgres/table.hpp"
#include "postgres/tuple.hpp"
#include "postgres/type_catalog.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// A row that has every family of types, for what must hold of all of them: no allocation per row,
/// and the time that it takes.
namespace tidewire::event::test {

struct typed_column {
  std::uint32_t type;
  std::string_view type_name;
  std::string_view value;
  std::int32_t modifier = -1;
  char kind = 'b';
  std::uint32_t element = 0;  // of an array
};

/// The first one is the key. Types of extensions and users have numbers from 90000.
inline const std::vector<typed_column>& every_type() {
  static const std::vector<typed_column> all = {
      {type_oid::int8, "int8", "9007199254740993"},
      {type_oid::int2, "int2", "-32768"},
      {type_oid::int4, "int4", "2147483647"},
      {type_oid::object_id, "oid", "4294967295"},
      {type_oid::boolean, "bool", "t"},
      {type_oid::float4, "float4", "3.14"},
      {type_oid::float8, "float8", "123456789.12345679"},
      {type_oid::numeric, "numeric", "12345678.90", (10 << 16 | 2) + 4},
      {type_oid::numeric, "numeric", "12345678901234567890123456789.123456789"},
      {type_oid::money, "money", "$1,234.56"},
      {type_oid::text, "text", "The quick brown fox jumps over the \"lazy\" dog"},
      {type_oid::varchar, "varchar", "hammer", 259},
      {type_oid::bpchar, "bpchar", "ab  ", 8},
      {type_oid::quoted_char, "char", "x"},
      {type_oid::json, "json", R"({"a": 1, "b": [1, 2, 3]})"},
      {type_oid::jsonb, "jsonb", R"({"a": 1, "b": [1, 2, 3]})"},
      {type_oid::xml, "xml", "<a b=\"1\">text</a>"},
      {type_oid::uuid, "uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
      {type_oid::bytea, "bytea", "\\x00112233445566778899aabbccddeeff"},
      {type_oid::bit, "bit", "1", 1},
      {type_oid::bit, "bit", "10101010", 8},
      {type_oid::varbit, "varbit", "1011", 36},
      {type_oid::date, "date", "2024-02-29"},
      {type_oid::time, "time", "13:14:15.678912"},
      {type_oid::timetz, "timetz", "13:14:15.678912+05:30"},
      {type_oid::timestamp, "timestamp", "2024-02-29 13:14:15.678", 3},
      {type_oid::timestamp, "timestamp", "2024-02-29 13:14:15.678912"},
      {type_oid::timestamptz, "timestamptz", "2024-02-29 07:44:15.678912+00"},
      {type_oid::interval, "interval", "1 year 2 mons 3 days 04:05:06.789012"},
      {type_oid::inet, "inet", "192.168.0.1/24"},
      {type_oid::cidr, "cidr", "192.168.0.0/24"},
      {type_oid::macaddr, "macaddr", "08:00:2b:01:02:03"},
      {type_oid::macaddr8, "macaddr8", "08:00:2b:01:02:03:04:05"},
      {type_oid::int4range, "int4range", "[1,10)", -1, 'r'},
      {type_oid::numrange, "numrange", "(1.5,)", -1, 'r'},
      {type_oid::tstzrange,
       "tstzrange",
       R"(["2024-01-01 00:00:00+00","2024-02-01 00:00:00+00"))",
       -1,
       'r'},
      {type_oid::daterange, "daterange", "[2024-01-01,2024-02-01)", -1, 'r'},
      {type_oid::point, "point", "(1.5,-2)"},
      {type_oid::line, "line", "{1,2,3}"},
      {type_oid::lseg, "lseg", "[(0,0),(1,1)]"},
      {type_oid::box, "box", "(3,4),(1,2)"},
      {type_oid::path, "path", "((0,0),(1.5,1))"},
      {type_oid::polygon, "polygon", "((0,0),(1.5,1),(2,0))"},
      {type_oid::circle, "circle", "<(0,0),5>"},
      {90000, "hstore", R"("a"=>"1", "b"=>NULL, "c d"=>"x\"y")"},
      {90001, "citext", "MiXed"},
      {90002, "ltree", "Top.Science"},
      {90003, "mood", "happy", -1, 'e'},
      {90004, "geometry", "0101000020E6100000000000000000F03F0000000000000040"},
      {90005, "address", R"((1,"Main Street",))", -1, 'c'},
      {1000, "_bool", "{t,f,NULL}", -1, 'b', type_oid::boolean},
      {1007, "_int4", "{1,2,3,NULL}", -1, 'b', type_oid::int4},
      {1016, "_int8", "{1,9007199254740993}", -1, 'b', type_oid::int8},
      {1022, "_float8", "{1.5,NULL,1e+22}", -1, 'b', type_oid::float8},
      {1231, "_numeric", "{1.50,-2}", (10 << 16 | 2) + 4, 'b', type_oid::numeric},
      {1009, "_text", R"({a,"b \"c\"",NULL,"d,e"})", -1, 'b', type_oid::text},
      {2951, "_uuid", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", -1, 'b', type_oid::uuid},
      {1182, "_date", "{2024-02-29,NULL}", -1, 'b', type_oid::date},
      {1185,
       "_timestamptz",
       R"({"2024-02-29 07:44:15.678912+00"})",
       -1,
       'b',
       type_oid::timestamptz},
      {1001, "_bytea", R"({"\\x00ff"})", -1, 'b', type_oid::bytea},
      {3905, "_int4range", "{\"[1,3)\"}", -1, 'b', type_oid::int4range},
      {90006, "_mood", "{happy,sad}", -1, 'b', 90003},
      {90007, "_hstore", R"({"\"a\"=>\"1\""})", -1, 'b', 90000},
  };
  return all;
}

inline postgres::type_catalog catalogue_of(const std::vector<typed_column>& columns) {
  postgres::type_catalog types;
  for (const typed_column& c : columns)
    types.add({.id = oid{c.type},
               .name = std::string(c.type_name),
               .kind = c.kind,
               .category = c.element != 0 ? 'A' : 'U',
               .element = oid{c.element}});
  return types;
}

/// inventory.products, its columns named c0, c1, …
inline postgres::table table_of(const std::vector<typed_column>& columns) {
  postgres::table table;
  table.schema = "inventory";
  table.name = "products";
  table.key = {0};
  for (const typed_column& c : columns) {
    postgres::column made;
    made.name = "c" + std::to_string(table.columns.size());
    made.type = oid{c.type};
    made.modifier = c.modifier;
    table.columns.push_back(std::move(made));
  }
  return table;
}

inline std::vector<postgres::value_view> row_of(const std::vector<typed_column>& columns) {
  std::vector<postgres::value_view> row;
  for (const typed_column& c : columns) row.push_back({postgres::value_kind::text, c.value});
  return row;
}

enum class modes : std::uint8_t {
  usual,  // every property as Debezium has it
  text,   // numbers and intervals as texts, bytes in hexadecimal, hstore as an object
  other,  // numbers as doubles, Kafka Connect's times, base64
};

inline options options_of(modes chosen) {
  options how;
  how.topic_prefix = "dbserver1";
  how.database = "postgres";
  how.unknown_types = true;
  if (chosen == modes::text) {
    how.decimals = decimal_mode::as_string;
    how.intervals = interval_mode::string;
    how.binaries = binary_mode::hex;
    how.hstores = hstore_mode::map;
    how.times = time_mode::adaptive_time_microseconds;
  } else if (chosen == modes::other) {
    how.decimals = decimal_mode::as_double;
    how.binaries = binary_mode::base64;
    how.times = time_mode::connect;
  }
  return how;
}

}  // namespace tidewire::event::test
