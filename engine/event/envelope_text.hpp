#pragma once

#include "base/byte_buffer.hpp"
#include "event/change_context.hpp"
#include "event/options.hpp"

#include <string>
#include <string_view>

namespace tidewire::event {

/// Schema of the `source` block, as a field of that name.
std::string source_schema(const options& how);
/// Schema of the `transaction` block, as a field of that name.
std::string transaction_block_schema();

/// Parts of the `source` block that do not change: from its beginning to the value of ts_ms …
std::string source_start(const options& how);
/// … the value of `snapshot` in the stream …
std::string source_unmarked(const options& how);
/// … from behind the value of `snapshot` to the inside of `sequence` …
std::string source_database(const options& how);
/// … and from behind `sequence` to the value of txId.
std::string source_table(std::string_view schema, std::string_view table);

/// Appends what changes of the `source` block, from the value of ts_ms to its closing brace.
/// \param unmarked, database, table what the three functions above gave.
void append_source(byte_buffer& out,
                   std::string_view unmarked,
                   std::string_view database,
                   std::string_view table,
                   const change_context& context);

/// The value of source.snapshot.
std::string_view marker_text(snapshot_marker marker) noexcept;
/// Appends the inside of the array in source.sequence, for a JSON string.
void append_sequence(byte_buffer& out, const change_context& context);

/// Around a document: `{"schema":…,"payload":` and `}`, or nothing where schemas are off.
std::string document_start(bool with_schema, std::string_view schema);
std::string_view document_end(bool with_schema) noexcept;

}  // namespace tidewire::event
