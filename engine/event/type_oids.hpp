#pragma once

#include <cstdint>

/// Numbers of built-in types, as src/include/catalog/pg_type.dat fixes them.
namespace tidewire::event::type_oid {

constexpr std::uint32_t boolean = 16;
constexpr std::uint32_t bytea = 17;
constexpr std::uint32_t quoted_char = 18;
constexpr std::uint32_t name = 19;
constexpr std::uint32_t int8 = 20;
constexpr std::uint32_t int2 = 21;
constexpr std::uint32_t int2vector = 22;
constexpr std::uint32_t int4 = 23;
constexpr std::uint32_t text = 25;
constexpr std::uint32_t object_id = 26;
constexpr std::uint32_t oidvector = 30;
constexpr std::uint32_t json = 114;
constexpr std::uint32_t xml = 142;
constexpr std::uint32_t xml_array = 143;
constexpr std::uint32_t point = 600;
constexpr std::uint32_t lseg = 601;
constexpr std::uint32_t path = 602;
constexpr std::uint32_t box = 603;
constexpr std::uint32_t polygon = 604;
constexpr std::uint32_t line = 628;
constexpr std::uint32_t cidr = 650;
constexpr std::uint32_t float4 = 700;
constexpr std::uint32_t float8 = 701;
constexpr std::uint32_t circle = 718;
constexpr std::uint32_t macaddr8 = 774;
constexpr std::uint32_t money = 790;
constexpr std::uint32_t money_array = 791;
constexpr std::uint32_t macaddr = 829;
constexpr std::uint32_t inet = 869;
constexpr std::uint32_t name_array = 1003;
constexpr std::uint32_t point_array = 1017;
constexpr std::uint32_t bpchar = 1042;
constexpr std::uint32_t varchar = 1043;
constexpr std::uint32_t date = 1082;
constexpr std::uint32_t time = 1083;
constexpr std::uint32_t timestamp = 1114;
constexpr std::uint32_t timestamptz = 1184;
constexpr std::uint32_t interval = 1186;
constexpr std::uint32_t interval_array = 1187;
constexpr std::uint32_t timetz = 1266;
constexpr std::uint32_t bit = 1560;
constexpr std::uint32_t bit_array = 1561;
constexpr std::uint32_t varbit = 1562;
constexpr std::uint32_t varbit_array = 1563;
constexpr std::uint32_t numeric = 1700;
constexpr std::uint32_t refcursor_array = 2201;
constexpr std::uint32_t uuid = 2950;
constexpr std::uint32_t jsonb = 3802;
constexpr std::uint32_t int4range = 3904;
constexpr std::uint32_t numrange = 3906;
constexpr std::uint32_t tsrange = 3908;
constexpr std::uint32_t tstzrange = 3910;
constexpr std::uint32_t daterange = 3912;
constexpr std::uint32_t int8range = 3926;

}  // namespace tidewire::event::type_oid
