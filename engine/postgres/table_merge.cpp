#include "postgres/table_merge.hpp"

#include <algorithm>

namespace tidewire::postgres {
namespace {

const column* find_column(const table& t, std::string_view name) {
  const auto found = std::find_if(
      t.columns.begin(), t.columns.end(), [&](const column& c) { return c.name == name; });
  return found == t.columns.end() ? nullptr : &*found;
}

column merge_column(const relation_column& sent, const table* catalogued) {
  column merged;
  if (const column* known = catalogued != nullptr ? find_column(*catalogued, sent.name) : nullptr)
    merged = *known;
  merged.name = sent.name;
  merged.type = sent.type;
  merged.modifier = sent.modifier;
  merged.identity_key = sent.key;
  return merged;
}

}  // namespace

table merge(const relation_message& relation, const table* catalogued) {
  table merged;
  merged.id = relation.id;
  merged.schema = relation.schema.empty() ? std::string_view("pg_catalog") : relation.schema;
  merged.name = relation.name;
  merged.identity = relation.identity;
  merged.columns.reserve(relation.columns.size());
  for (const relation_column& sent : relation.columns)
    merged.columns.push_back(merge_column(sent, catalogued));
  if (catalogued == nullptr) return merged;

  merged.ordinary = catalogued->ordinary;
  merged.comment = catalogued->comment;
  for (const std::size_t index : catalogued->key) {
    const std::string& name = catalogued->columns[index].name;
    const auto place = std::find_if(merged.columns.begin(),
                                    merged.columns.end(),
                                    [&](const column& c) { return c.name == name; });
    if (place != merged.columns.end())
      merged.key.push_back(static_cast<std::size_t>(place - merged.columns.begin()));
  }
  return merged;
}

}  // namespace tidewire::postgres
