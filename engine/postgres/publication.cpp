#include "postgres/publication.hpp"

#include <algorithm>
#include <optional>

namespace tidewire::postgres {
namespace {

std::string qualified_list(const std::vector<table_name>& tables) {
  std::string list;
  for (const table_name& t : tables) {
    if (!list.empty()) list += ", ";
    list += quote_identifier(t.schema) + '.' + quote_identifier(t.name);
  }
  return list;
}

std::vector<table_name> names_of(const query_result& rows) {
  std::vector<table_name> names;
  for (std::size_t row = 0; row < rows.row_count(); ++row) {
    table_name name;
    name.schema = rows.text(row, 0);
    name.name = rows.text(row, 1);
    names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// The tables named in the publication itself, which FOR ALL TABLES and FOR TABLES IN SCHEMA do not
/// have.
call<std::vector<table_name>> named_tables(connection& database, std::string publication) {
  query_parameters parameters;
  parameters.emplace_back(publication);
  auto rows = co_await database.query(
      "SELECT n.nspname, c.relname FROM pg_catalog.pg_publication p JOIN "
      "pg_catalog.pg_publication_rel r ON r.prpubid = p.oid"
      " JOIN pg_catalog.pg_class c ON c.oid = r.prrelid JOIN pg_catalog.pg_namespace n ON n.oid = "
      "c.relnamespace"
      " WHERE p.pubname = $1",
      std::move(parameters));
  if (!rows) co_return std::move(rows).error();
  co_return names_of(*rows);
}

struct publication_row {
  bool all_tables = false;
};

call<std::optional<publication_row>> find_publication(connection& database, std::string name) {
  query_parameters parameters;
  parameters.emplace_back(name);
  auto rows = co_await database.query(
      "SELECT puballtables FROM pg_catalog.pg_publication WHERE pubname = $1",
      std::move(parameters));
  if (!rows) co_return std::move(rows).error();
  std::optional<publication_row> found;
  if (!rows->empty()) found.emplace().all_tables = rows->flag(0, 0);
  co_return found;
}

failure missing(const publication_options& options) {
  return make_failure(errc::publication_missing,
                      "publication \"" + options.name +
                          "\" does not exist and publication.autocreate.mode is disabled: create "
                          "it with CREATE PUBLICATION " +
                          quote_identifier(options.name) +
                          " FOR TABLE …, or choose filtered or all_tables");
}

failure explain(failure f, const std::string& statement) {
  f.message = "cannot set up the publication by " + statement + ": " + f.message;
  return f;
}

call<publication_change> create(connection& database, std::string statement) {
  auto done = co_await database.query(statement);
  if (done) co_return publication_change::created;
  // Another one made it in the same moment: as good.
  if (done.error().sqlstate == "42710") co_return publication_change::none;
  co_return explain(std::move(done).error(), statement);
}

}  // namespace

call<publication_change> ensure_publication(connection& database,
                                            publication_options options,
                                            std::vector<table_name> captured) {
  auto found = co_await find_publication(database, options.name);
  if (!found) co_return std::move(found).error();
  const std::string name = quote_identifier(options.name);

  if (!found->has_value()) {
    if (options.autocreate == publication_autocreate::disabled) co_return missing(options);
    std::string statement = "CREATE PUBLICATION " + name;
    if (options.autocreate == publication_autocreate::all_tables) {
      statement += " FOR ALL TABLES";
    } else if (!captured.empty()) {  // without a table it is made empty, and set at a later start
      statement += " FOR TABLE " + qualified_list(captured);
    }
    co_return co_await create(database, std::move(statement));
  }
  if (options.autocreate != publication_autocreate::filtered || (*found)->all_tables ||
      captured.empty())
    co_return publication_change::none;  // FOR ALL TABLES cannot be narrowed, and carries what is
                                         // needed

  auto named = co_await named_tables(database, options.name);
  if (!named) co_return std::move(named).error();
  std::sort(captured.begin(), captured.end());
  if (*named == captured) co_return publication_change::none;
  const std::string statement =
      "ALTER PUBLICATION " + name + " SET TABLE " + qualified_list(captured);
  auto altered = co_await database.query(statement);
  if (!altered) co_return explain(std::move(altered).error(), statement);
  co_return publication_change::altered;
}

call<std::vector<table_name>> published_tables(connection& database, std::string publication) {
  query_parameters parameters;
  parameters.emplace_back(publication);
  auto rows = co_await database.query(
      "SELECT schemaname, tablename FROM pg_catalog.pg_publication_tables WHERE pubname = $1",
      std::move(parameters));
  if (!rows) co_return std::move(rows).error();
  co_return names_of(*rows);
}

}  // namespace tidewire::postgres
