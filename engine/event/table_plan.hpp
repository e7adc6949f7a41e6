#pragma once

#include "event/options.hpp"
#include "event/streams.hpp"
#include "postgres/table.hpp"
#include "postgres/type_catalog.hpp"

#include <cstdint>
#include <memory>

namespace tidewire::event {

/// Debezium reads a snapshot's rows through JDBC and the stream's through its decoder, and the two
/// disagree in places.
enum class origin : std::uint8_t { snapshot, stream };

/// All that can be known of a table's events before there is a row: stream, key, one encoder per
/// column and the rendered text between the values. Immutable; made anew when a Relation message
/// arrives. Its inside is the encoders' business.
class table_plan;
struct table_plan_deleter {
  void operator()(const table_plan* plan) const noexcept;
};
using table_plan_ptr = std::unique_ptr<const table_plan, table_plan_deleter>;

/// `table` and `types` are read during the call only; `how` and `names` must outlive the plan.
table_plan_ptr make_plan(const postgres::table& table,
                         const postgres::type_catalog& types,
                         const options& how,
                         streams& names,
                         origin from);

/// The stream of the table's events.
const stream* destination(const table_plan& plan) noexcept;

/// Whether a snapshot's rows may come as the types' send functions write them, each column's.
bool reads_binary(const table_plan& plan) noexcept;

/// How the inserts of the stream stand to each other: as the options say where they have no key and
/// nothing else can come of their table, else in the stream's order. So, too, where truncates give
/// events: those stand behind what they removed and before what followed.
keyless_order insert_order(const table_plan& plan) noexcept;

}  // namespace tidewire::event
