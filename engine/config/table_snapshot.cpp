#include "config/property_table.hpp"

#include <cstdint>
#include <limits>

namespace tidewire::config {

using enum value_type;
using enum support;

namespace {
constexpr std::string_view java_class = "Java classes cannot be loaded";
constexpr std::string_view only_its_mode =
    "only read with snapshot.mode=configuration_based, which is not supported";
constexpr std::string_view no_fetch_size = "rows are streamed, so there is no fetch size";
}  // namespace

property_family snapshot_properties() {
  return {
      .title = "Snapshots",
      .remark = "",
      .properties = {
          {.name = "debezium.source.snapshot.mode",
           .type = choice,
           .initial = "initial",
           .allowed = {"initial", "always", "never", "no_data", "initial_only"},
           .meaning = "When the tables' rows are sent: at the first start, at each start, never "
                      "(`no_data` is Debezium 3's name for it), or at the first start and nothing "
                      "after it.",
           .values =
               {{"custom", refused, "Java classes cannot be loaded; choose one of the other modes"},
                {"when_needed",
                 refused,
                 "a mode of Debezium 3 that is not supported; initial is the nearest"},
                {"configuration_based",
                 refused,
                 "a mode of Debezium 3 that is not supported; choose one of the other modes"}},
           .aliases = {{"exported", "initial"}}},
          {.name = "debezium.source.snapshot.include.collection.list",
           .type = regex_list,
           .meaning = "Only these of the captured tables (`schema.table`) are snapshotted."},
          {.name = "debezium.source.snapshot.select.statement.overrides",
           .type = list,
           .meaning = "Tables (`schema.table`) whose rows are chosen by a SELECT of your own."},
          {.name = "debezium.source.snapshot.select.statement.overrides.<table>",
           .meaning =
               "The SELECT of that table; it must yield all columns of it, in whatever order. "
               "Counts for the tables of snapshot.select.statement.overrides."},
          {.name = "debezium.source.snapshot.tables.order.by.row.count",
           .type = choice,
           .initial = "disabled",
           .allowed = {"disabled", "ascending", "descending"},
           .how = harmless,
           .meaning = "Whether the order of tables is by their number of rows.",
           .remark = "the order is that of table.include.list, then by name; Debezium knows no "
                     "number of rows of PostgreSQL's tables either"},
          {.name = "debezium.source.snapshot.delay.ms",
           .type = duration,
           .initial = "0",
           .lowest = 0,
           .meaning = "Wait before the snapshot."},
          {.name = "debezium.source.streaming.delay.ms",
           .type = duration,
           .initial = "0",
           .lowest = 0,
           .how = not_yet,
           .meaning = "Wait between snapshot and streaming (Debezium 3).",
           .remark = "streaming begins at once"},
          {.name = "debezium.source.snapshot.fetch.size",
           .type = integer,
           .lowest = 0,
           .how = harmless,
           .meaning = "Rows fetched at a time.",
           .remark = no_fetch_size},
          {.name = "debezium.source.query.fetch.size",
           .type = integer,
           .initial = "0",
           .lowest = 0,
           .how = harmless,
           .meaning = "Rows fetched at a time by other queries.",
           .remark = no_fetch_size},
          {.name = "debezium.source.snapshot.max.threads",
           .type = integer,
           .initial = "1",
           .lowest = 1,
           .meaning = "Connections that read a snapshot, all of the same moment: several tables "
                      "at a time, and pieces of large ones (by their pages, from 16 MiB on). One "
                      "thread encodes what they read."},
          {.name = "debezium.source.snapshot.max.threads.multiplier",
           .type = integer,
           .initial = "1",
           .lowest = 1,
           .how = harmless,
           .meaning = "Chunks per thread of a table (Debezium 3).",
           .remark = "a large table has up to four pieces per connection"},
          {.name = "debezium.source.snapshot.lock.timeout.ms",
           .type = duration,
           .initial = "10000",
           .lowest = 0,
           .highest = std::numeric_limits<std::int32_t>::max(),  // PostgreSQL's lock_timeout
           .meaning = "Longest wait for the locks that keep the tables of a snapshot from being "
                      "altered (ACCESS SHARE); 0: for ever."},
          {.name = "debezium.source.snapshot.locking.mode",
           .type = choice,
           .initial = "none",
           .allowed = {"none", "shared", "custom"},
           .how = not_yet,
           .meaning = "Whether tables are locked during the snapshot (Debezium 3).",
           .remark =
               "in every mode tables are locked against being altered only, and the snapshot is "
               "consistent without more",
           .values = {{"custom", refused, java_class}}},
          {.name = "debezium.source.snapshot.locking.mode.custom.name",
           .how = harmless,
           .meaning = "Name of a locking class of your own (Debezium 3).",
           .remark = java_class},
          {.name = "debezium.source.snapshot.isolation.mode",
           .type = choice,
           .initial = "serializable",
           .allowed = {"serializable", "repeatable_read", "read_committed", "read_uncommitted"},
           .how = harmless,
           .meaning = "Isolation of the snapshot's transaction (Debezium 3).",
           .remark = "the snapshot is always that of the slot's starting point, which no weaker "
                     "mode can improve"},
          {.name = "debezium.source.snapshot.query.mode",
           .type = choice,
           .initial = "select_all",
           .allowed = {"select_all", "custom"},
           .how = refused,
           .meaning = "Who makes the SELECT of a table (Debezium 3).",
           .remark = java_class},
          {.name = "debezium.source.snapshot.query.mode.custom.name",
           .how = harmless,
           .meaning = "Name of a query class of your own (Debezium 3).",
           .remark = java_class},
          {.name = "debezium.source.snapshot.custom.class",
           .type = class_name,
           .how = harmless,
           .meaning = "Class of snapshot.mode=custom.",
           .remark = "only read with snapshot.mode=custom, which is not supported"},
          {.name = "debezium.source.snapshot.mode.custom.name",
           .how = harmless,
           .meaning = "Name of the class of snapshot.mode=custom (Debezium 3).",
           .remark = "only read with snapshot.mode=custom, which is not supported"},
          {.name = "debezium.source.snapshot.mode.configuration.based.snapshot.data",
           .type = flag,
           .initial = "false",
           .how = harmless,
           .meaning = "configuration_based: whether rows are read (Debezium 3).",
           .remark = only_its_mode},
          {.name = "debezium.source.snapshot.mode.configuration.based.snapshot.schema",
           .type = flag,
           .initial = "false",
           .how = harmless,
           .meaning = "configuration_based: whether schemas are read (Debezium 3).",
           .remark = only_its_mode},
          {.name = "debezium.source.snapshot.mode.configuration.based.start.stream",
           .type = flag,
           .initial = "false",
           .how = harmless,
           .meaning = "configuration_based: whether changes follow (Debezium 3).",
           .remark = only_its_mode},
          {.name = "debezium.source.snapshot.mode.configuration.based.snapshot.on.data.error",
           .type = flag,
           .initial = "false",
           .how = harmless,
           .meaning =
               "configuration_based: whether rows are read when the position is gone (Debezium 3).",
           .remark = only_its_mode},
          {.name = "debezium.source.snapshot.mode.configuration.based.snapshot.on.schema.error",
           .type = flag,
           .initial = "false",
           .how = harmless,
           .meaning =
               "configuration_based: whether schemas are read after an error in them (Debezium 3).",
           .remark = only_its_mode},
          {.name = "debezium.source.internal.snapshot.scan.all.columns.force",
           .type = flag,
           .initial = "false",
           .how = harmless,
           .meaning = "Whether the shapes of all tables are read for the snapshot.",
           .remark = "the shapes of the captured tables are read"},
          {.name = "debezium.source.internal.legacy.snapshot.max.threads",
           .type = flag,
           .initial = "false",
           .how = harmless,
           .meaning = "Which way of parallel reading is used (Debezium 3).",
           .remark = "there is one way: pieces of tables by their pages"},
      }};
}

}  // namespace tidewire::config
