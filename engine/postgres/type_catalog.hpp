#pragma once

#include "base/oid.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tidewire::postgres {

/// A row of pg_type, as far as values are decoded by it.
struct type_description {
  oid id;
  std::string name;  // pg_type.typname: int4, _int4, varchar, mood
  std::string schema;
  char kind = 'b';  // pg_type.typtype: b base, c composite, d domain, e enum, p pseudo, r range, m
                    // multirange
  char category = 'U';              // pg_type.typcategory
  char delimiter = ',';             // between the elements of arrays of this type
  oid element;                      // of a true array (typcategory 'A'), else 0
  oid base;                         // of a domain, else 0
  std::int32_t base_modifier = -1;  // pg_type.typtypmod of a domain
  std::vector<std::string> labels;  // of an enum, in their sort order
};

/// The database's types, read at the start and read again when a Relation or Type message names one
/// that is not there.
class type_catalog {
 public:
  void add(type_description type) { types_.insert_or_assign(type.id, std::move(type)); }

  /// Takes over what an older catalogue says, also of types that this one holds: Debezium, too,
  /// describes a type (and the labels of an enum) as it was when it first met it.
  void prefer(const type_catalog& older) {
    for (const auto& [id, type] : older.types_) types_.insert_or_assign(id, type);
  }

  /// Null if the catalogue does not hold that type. Valid until the type is added anew.
  const type_description* find(oid id) const {
    const auto found = types_.find(id);
    return found == types_.end() ? nullptr : &found->second;
  }

  const type_description* find(std::string_view name) const {
    for (const auto& [id, type] : types_)
      if (type.name == name) return &type;
    return nullptr;
  }

 private:
  std::unordered_map<oid, type_description> types_;
};

}  // namespace tidewire::postgres
