#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::event {

/// `text` as a JSON string, with its quotes.
std::string json_quoted(std::string_view text);

/// What Kafka Connect's JSON converter says of a field's schema, all but its name: rendered once
/// per table, so it may be slow.
struct field_schema {
  std::string type;  // `"type":"int32"`, with items, fields, keys and values where it has them
  bool optional = false;
  std::string name;  // of a logical type: io.debezium.time.Date; it then has version 1
  std::string doc;
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string default_value;  // JSON; empty: none
};

/// The schema as a JSON object; with a `field` member where `field` is not empty.
std::string render(const field_schema& schema, std::string_view field = {});

/// A plain struct schema: `"type":"struct","fields":[…]`, of rendered fields.
std::string struct_type(const std::vector<std::string>& fields);

}  // namespace tidewire::event
