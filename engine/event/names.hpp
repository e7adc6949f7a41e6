#pragma once

#include "event/options.hpp"

#include <string>
#include <string_view>

namespace tidewire::event {

/// A topic's name as Kafka allows it: everything but letters, digits, `.`, `_` and `-` becomes `_`,
/// and it ends after 249 characters.
std::string topic_name(std::string_view proposed);

/// `prefix.schema.table`, as a topic name.
std::string table_topic(const options& how, std::string_view schema, std::string_view table);

/// The topics of what is not of a table.
std::string transaction_topic(const options& how);
std::string heartbeat_topic(const options& how);
std::string message_topic(const options& how);

/// A schema's name (`dbserver1.public.t.Value`) as schema.name.adjustment.mode wants it.
std::string adjust_schema_name(std::string_view name, name_adjustment mode);
/// A field's name as field.name.adjustment.mode wants it; other than in a schema's name, a point is
/// not allowed.
std::string adjust_field_name(std::string_view name, name_adjustment mode);

/// A column's name as Debezium reads it from the replication stream, where it takes each byte of
/// its UTF-8 for a (sign-extended) character of its own. ASCII stays as it is.
std::string stream_column_name(std::string_view name);

}  // namespace tidewire::event
