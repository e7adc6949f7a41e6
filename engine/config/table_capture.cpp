#include "config/property_table.hpp"

namespace tidewire::config {

using enum value_type;
using enum support;

namespace {
constexpr std::string_view base_class_only =
    "Debezium's PostgreSQL connector does not use it either";
}  // namespace

property_family capture_properties() {
  return {
      .title = "What is captured",
      .remark =
          "Lists of expressions match whole names in any case; the dot between schema and table is "
          "one of theirs, so it matches any character unless written `\\\\.`.",
      .properties = {
          {.name = "debezium.source.schema.include.list",
           .type = regex_list,
           .meaning = "Only tables of these schemas. Not together with schema.exclude.list."},
          {.name = "debezium.source.schema.exclude.list",
           .type = regex_list,
           .meaning = "No table of these schemas. Not together with schema.include.list."},
          {.name = "debezium.source.table.include.list",
           .type = regex_list,
           .meaning = "Only these tables (`schema.table`), snapshotted in the order of the list. "
                      "Not together with table.exclude.list."},
          {.name = "debezium.source.table.exclude.list",
           .type = regex_list,
           .meaning =
               "None of these tables (`schema.table`). Not together with table.include.list."},
          {.name = "debezium.source.table.ignore.builtin",
           .type = flag,
           .initial = "true",
           .how = not_yet,
           .meaning = "Whether the server's own tables are left out.",
           .remark = "the server's own tables are always left out"},
          {.name = "debezium.source.column.include.list",
           .type = regex_list,
           .meaning = "Only these columns (`schema.table.column`) are in the value; the key keeps "
                      "its columns. Not together with column.exclude.list."},
          {.name = "debezium.source.column.exclude.list",
           .type = regex_list,
           .meaning = "These columns (`schema.table.column`) leave the value. Not together with "
                      "column.include.list."},
          {.name = "debezium.source.column.mask.with.<number>.chars",
           .type = regex_list,
           .meaning = "Text of these columns becomes that many asterisks, NULL too. The columns' "
                      "schemas have the parameter `masked`; the key is never masked."},
          {.name = "debezium.source.column.mask.hash.<algorithm>.with.salt.<salt>",
           .type = regex_list,
           .meaning = "Text of these columns becomes the digits of a salted hash, cut to the "
                      "column's length; algorithms as in Java: `SHA-256`, `SHA-512`, `MD5`. Text "
                      "is hashed in Java's serialised form. Of several rules for one column the "
                      "first counts: truncate, mask.with, mask.hash, mask.hash.v2."},
          {.name = "debezium.source.column.mask.hash.v2.<algorithm>.with.salt.<salt>",
           .type = regex_list,
           .meaning = "The same, but the text itself is hashed, so that others can compute it."},
          {.name = "debezium.source.column.truncate.to.<number>.chars",
           .type = regex_list,
           .meaning = "Text of these columns is cut after that many characters (UTF-16 units); so "
                      "is whatever else is written as text."},
          {.name = "debezium.source.skipped.operations",
           .type = choice_list,
           .initial = "t",
           .allowed = {"c", "u", "d", "t", "none"},
           .meaning = "Operations that are left out: create, update, delete, truncate, or none."},
          {.name = "debezium.source.skip.messages.without.change",
           .type = flag,
           .initial = "false",
           .meaning = "Whether updates are left out where no included column changed (needs "
                      "REPLICA IDENTITY FULL)."},
          {.name = "debezium.source.message.prefix.include.list",
           .type = regex_list,
           .meaning = "Only logical messages (pg_logical_emit_message) with these prefixes. Not "
                      "together with message.prefix.exclude.list."},
          {.name = "debezium.source.message.prefix.exclude.list",
           .type = regex_list,
           .meaning = "No logical message with these prefixes. Not together with "
                      "message.prefix.include.list."},
          {.name = "debezium.source.include.unknown.datatypes",
           .type = flag,
           .initial = "false",
           .meaning = "Whether columns of types that Debezium does not know come as bytes."},
          {.name = "debezium.source.database.include.list",
           .type = regex_list,
           .how = harmless,
           .meaning = "Databases to read.",
           .remark = base_class_only},
          {.name = "debezium.source.database.exclude.list",
           .type = regex_list,
           .how = harmless,
           .meaning = "Databases to leave out.",
           .remark = base_class_only},
          {.name = "debezium.source.schema.refresh.mode",
           .type = choice,
           .initial = "columns_diff",
           .allowed = {"columns_diff", "columns_diff_exclude_unchanged_toast"},
           .how = harmless,
           .meaning = "When the shape of a table is read again.",
           .remark = "the server announces each change of shape, and only then is it read"},
          {.name = "debezium.source.signal.data.collection",
           .meaning = "The table that signals are written to (`schema.table`), with three columns: "
                      "id, type, data. It is captured whatever the lists say, and incremental "
                      "snapshots write their marks into it."},
          {.name = "debezium.source.signal.enabled.channels",
           .type = list,
           .initial = "source",
           .meaning = "Where signals come from: `source` (the table), `file`. `kafka` and `jmx` "
                      "bring none: there is neither Kafka nor Java here; write the signal into the "
                      "table or the file."},
          {.name = "debezium.source.signal.file",
           .initial = "file-signals.txt",
           .meaning = "File of the channel `file`: one JSON object a line, with `id`, `type` and "
                      "`data`. Lines that were obeyed are taken out of it."},
          {.name = "debezium.source.signal.poll.interval.ms",
           .type = duration,
           .initial = "5000",
           .lowest = 1,
           .meaning = "How often the signal file is looked at; the table's signals come with the "
                      "stream."},
          {.name = "debezium.source.signal.kafka.<option>",
           .how = harmless,
           .meaning = "The Kafka channel of signals.",
           .remark = "there is no Kafka on this road"},
          {.name = "debezium.source.signal.consumer.<option>",
           .how = harmless,
           .meaning = "Consumer of the Kafka channel of signals.",
           .remark = "there is no Kafka on this road"},
          {.name = "debezium.source.incremental.snapshot.chunk.size",
           .type = integer,
           .initial = "1024",
           .lowest = 1,
           .meaning = "Rows in a chunk of an incremental snapshot. Chunks of very large rows are "
                      "cut short at an eighth of `tidewire.memory.budget`."},
          {.name = "debezium.source.incremental.snapshot.allow.schema.changes",
           .type = flag,
           .initial = "false",
           .how = harmless,
           .meaning = "Whether tables may change their shape during an incremental snapshot.",
           .remark = "they always may: each chunk is read and written with the shape that the "
                     "table has then"},
          {.name = "debezium.source.incremental.snapshot.watermarking.strategy",
           .type = choice,
           .initial = "INSERT_INSERT",
           .allowed = {"INSERT_INSERT", "INSERT_DELETE"},
           .meaning =
               "How the end of a chunk is marked in the signal table: by a second row, or by "
               "deleting the first; then rows are sent without waiting for the stream, as "
               "Debezium does it."},
          {.name = "debezium.source.read.only",
           .type = flag,
           .initial = "false",
           .how = harmless,
           .meaning = "Whether nothing may be written to the database (Debezium 3).",
           .remark = "incremental snapshots write their marks into the signal table whatever it "
                     "says"},
          {.name = "debezium.source.notification.enabled.channels",
           .type = list,
           .meaning = "Where notifications of snapshots go: `sink` (a topic of it), `log`. `jmx` "
                      "takes none: there is no Java here."},
          {.name = "debezium.source.notification.sink.topic.name",
           .meaning = "Topic of the notifications that go to the sink. Required for the channel "
                      "`sink`."},
          {.name = "debezium.source.guardrail.collections.max",
           .type = integer,
           .initial = "0",
           .lowest = 0,
           .how = not_yet,
           .meaning = "Most tables to capture; 0 is no limit (Debezium 3).",
           .remark = "the number of tables is not limited"},
          {.name = "debezium.source.guardrail.collections.limit.action",
           .type = choice,
           .initial = "warn",
           .allowed = {"warn", "fail"},
           .how = not_yet,
           .meaning = "What happens beyond that limit (Debezium 3).",
           .remark = "the number of tables is not limited"},
      }};
}

}  // namespace tidewire::config
