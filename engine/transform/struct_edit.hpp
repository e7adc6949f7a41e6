#pragma once

#include "transform/record.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tidewire::transform {

/// Chooses, orders and renames the members of structs. What it makes of a schema is worked out
/// once.
class member_selection {
 public:
  /// For a field's name: the name it gets, or nothing to leave it out.
  using rule = std::optional<std::string> (*)(const void* context, std::string_view name);
  member_selection(rule choose, const void* context) : choose_(choose), context_(context) {}

  /// The struct keeps its name, version, doc and parameters, and is no longer optional, as Kafka's
  /// transforms build theirs.
  void apply(part& to);

 private:
  struct plan {
    schema_ptr from;
    schema_ptr shape;
    std::vector<std::size_t> taken;  // positions in the old struct
  };
  const plan& plan_of(const schema_ptr& from);

  rule choose_;
  const void* context_;
  std::unordered_map<const schema*, plan> plans_;
};

/// A schema with all the fields of `from`, not optional, and the additional ones.
schema with_fields(const schema& from, std::vector<field> additional);

/// A struct's value with members behind its own.
void add_members(part& to, schema_ptr shape, std::vector<value> additional);

/// Reads members as Kafka Connect's Struct.get does: a null becomes its schema's default where that
/// has one. Transforms that copy a struct leave no such null in it, which shows where the converter
/// keeps nulls.
void take_default(const schema& shape, value& of);
void take_defaults(part& of);

/// JSON strings.
std::string json_string(std::string_view text);

}  // namespace tidewire::transform
