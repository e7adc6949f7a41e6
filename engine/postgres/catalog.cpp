#include "postgres/catalog.hpp"

#include "postgres/oid_array.hpp"

#include <map>

namespace tidewire::postgres {
namespace {

// typelem is set for fixed-length types such as point and name too; a true array is of category A.
constexpr std::string_view types_sql =
    "SELECT t.oid, t.typname, n.nspname, t.typtype, t.typcategory, t.typdelim,"
    " CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0 END, t.typbasetype, t.typtypmod"
    " FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace";

constexpr std::string_view labels_sql =
    "SELECT enumtypid, enumlabel FROM pg_catalog.pg_enum ORDER BY enumtypid, enumsortorder";

constexpr std::string_view tables_sql =
    "SELECT n.nspname, c.relname, c.oid, c.relkind = 'p', c.relispartition, c.relpersistence = 'p'"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'"
    " AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
    " AND n.nspname NOT LIKE 'pg\\_temp\\_%' AND n.nspname NOT LIKE 'pg\\_toast\\_temp\\_%'"
    " ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\"";

constexpr std::string_view relations_sql =
    "SELECT c.oid, n.nspname, c.relname, c.relreplident, pg_catalog.obj_description(c.oid, "
    "'pg_class'), c.relkind = 'r'"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE "
    "c.oid = ANY ($1::oid[])";

// In the order of attnum, which is that of SELECT * and of the Relation message. A column is NOT
// NULL also by its domain. The identity's
// flag is what the walsender would send: all columns under FULL, those of the primary key or of the
// chosen index else.
constexpr std::string_view columns_sql =
    "SELECT a.attrelid, a.attname, a.attnum, a.atttypid, a.atttypmod, a.attnotnull OR t.typnotnull,"
    " a.attgenerated <> '',"
    " CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,"
    " pg_catalog.col_description(a.attrelid, a.attnum),"
    " c.relreplident = 'f' OR EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid "
    "AND a.attnum = ANY (i.indkey)"
    "   AND (c.relreplident = 'd' AND i.indisprimary OR c.relreplident = 'i' AND "
    "i.indisreplident)),"
    " NOT a.attnotnull AND t.typnotnull"
    " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
    " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
    " LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
    " WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY "
    "a.attrelid, a.attnum";

// The key: the primary key, or else the first unique index without expressions, even one over
// nullable columns or with a predicate (a clustered one first, then by name, which is how JDBC's
// getIndexInfo lists them to Debezium, which takes columns of INCLUDE for the index' own; of a
// primary key it asks otherwise, and gets the key alone).
constexpr std::string_view keys_sql =
    "SELECT DISTINCT ON (i.indrelid) i.indrelid,"
    " (SELECT pg_catalog.string_agg(k.attnum::text, ' ' ORDER BY k.place) FROM"
    "   pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place) WHERE NOT "
    "i.indisprimary OR k.place <= i.indnkeyatts)"
    " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid"
    " WHERE i.indrelid = ANY ($1::oid[]) AND i.indisunique AND i.indislive AND i.indexprs IS NULL"
    " ORDER BY i.indrelid, i.indisprimary DESC, i.indisclustered DESC, x.relname COLLATE \"C\"";

oid oid_at(const query_result& rows, std::size_t row, std::size_t column) {
  return oid{static_cast<std::uint32_t>(rows.integer(row, column))};
}

char char_at(const query_result& rows, std::size_t row, std::size_t column) {
  const std::string_view text = rows.text(row, column);
  return text.empty() ? '\0' : text.front();
}

column column_of(const query_result& rows, std::size_t row) {
  column c;
  c.name = rows.text(row, 1);
  c.number = static_cast<std::int16_t>(rows.integer(row, 2));
  c.type = oid_at(rows, row, 3);
  c.modifier = static_cast<std::int32_t>(rows.integer(row, 4));
  c.not_null = rows.flag(row, 5);
  c.generated = rows.flag(row, 6);
  c.default_expression = rows.optional_text(row, 7);
  c.comment = rows.optional_text(row, 8);
  c.identity_key = rows.flag(row, 9);
  c.not_null_by_domain = rows.flag(row, 10);
  return c;
}

/// `numbers` as "3 1": attnums in the key's order.
void set_key(table& t, std::string_view numbers) {
  while (!numbers.empty()) {
    const auto space = numbers.find(' ');
    const std::string number(numbers.substr(0, space));
    for (std::size_t i = 0; i < t.columns.size(); ++i)
      if (std::to_string(t.columns[i].number) == number) t.key.push_back(i);
    numbers.remove_prefix(space == std::string_view::npos ? numbers.size() : space + 1);
  }
}

}  // namespace

call<type_catalog> load_types(connection& database) {
  auto types = co_await database.query(std::string(types_sql));
  if (!types) co_return std::move(types).error();
  auto labels = co_await database.query(std::string(labels_sql));
  if (!labels) co_return std::move(labels).error();

  std::map<oid, std::vector<std::string>> labels_of;
  for (std::size_t row = 0; row < labels->row_count(); ++row)
    labels_of[oid_at(*labels, row, 0)].emplace_back(labels->text(row, 1));

  type_catalog catalog;
  for (std::size_t row = 0; row < types->row_count(); ++row) {
    type_description type;
    type.id = oid_at(*types, row, 0);
    type.name = types->text(row, 1);
    type.schema = types->text(row, 2);
    type.kind = char_at(*types, row, 3);
    type.category = char_at(*types, row, 4);
    type.delimiter = char_at(*types, row, 5);
    type.element = oid_at(*types, row, 6);
    type.base = oid_at(*types, row, 7);
    type.base_modifier = static_cast<std::int32_t>(types->integer(row, 8));
    if (const auto found = labels_of.find(type.id); found != labels_of.end())
      type.labels = std::move(found->second);
    catalog.add(std::move(type));
  }
  co_return catalog;
}

call<std::vector<candidate>> list_tables(connection& database, table_filter wanted) {
  auto rows = co_await database.query(std::string(tables_sql));
  if (!rows) co_return std::move(rows).error();
  std::vector<candidate> tables;
  for (std::size_t row = 0; row < rows->row_count(); ++row) {
    if (wanted && !wanted(rows->text(row, 0), rows->text(row, 1))) continue;
    candidate found;
    found.name.schema = rows->text(row, 0);
    found.name.name = rows->text(row, 1);
    found.id = oid_at(*rows, row, 2);
    found.partitioned = rows->flag(row, 3);
    found.partition = rows->flag(row, 4);
    found.logged = rows->flag(row, 5);
    tables.push_back(std::move(found));
  }
  co_return tables;
}

call<std::vector<table>> describe_tables(connection& database, std::vector<oid> ids) {
  auto relations = co_await database.query(std::string(relations_sql), oid_array(ids));
  if (!relations) co_return std::move(relations).error();
  auto columns = co_await database.query(std::string(columns_sql), oid_array(ids));
  if (!columns) co_return std::move(columns).error();
  auto keys = co_await database.query(std::string(keys_sql), oid_array(ids));
  if (!keys) co_return std::move(keys).error();

  std::map<oid, table> known;
  for (std::size_t row = 0; row < relations->row_count(); ++row) {
    table& t = known[oid_at(*relations, row, 0)];
    t.id = oid_at(*relations, row, 0);
    t.schema = relations->text(row, 1);
    t.name = relations->text(row, 2);
    t.identity = static_cast<replica_identity>(char_at(*relations, row, 3));
    t.comment = relations->optional_text(row, 4);
    t.ordinary = relations->flag(row, 5);
  }
  for (std::size_t row = 0; row < columns->row_count(); ++row)
    if (const auto t = known.find(oid_at(*columns, row, 0)); t != known.end())
      t->second.columns.push_back(column_of(*columns, row));
  for (std::size_t row = 0; row < keys->row_count(); ++row)
    if (const auto t = known.find(oid_at(*keys, row, 0)); t != known.end())
      set_key(t->second, keys->text(row, 1));

  std::vector<table> described;
  for (const oid id : ids)
    if (const auto t = known.find(id); t != known.end()) described.push_back(std::move(t->second));
  co_return described;
}

call<std::optional<table>> describe_table(connection& database, oid id) {
  std::vector<oid> ids(1, id);
  auto described = co_await describe_tables(database, std::move(ids));
  if (!described) co_return std::move(described).error();
  std::optional<table> found;
  if (!described->empty()) found = std::move(described->front());
  co_return found;
}

call<std::optional<table>> describe_table(connection& database, table_name name) {
  query_parameters parameters;
  parameters.emplace_back(name.schema);
  parameters.emplace_back(name.name);
  auto rows = co_await database.query(
      "SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = "
      "c.relnamespace"
      " WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p')",
      std::move(parameters));
  if (!rows) co_return std::move(rows).error();
  if (rows->empty()) co_return std::optional<table>();
  co_return co_await describe_table(database, oid_at(*rows, 0, 0));
}

}  // namespace tidewire::postgres
