#include "signals/chunk_query.hpp"

#include "postgres/connection.hpp"

#include <cassert>

namespace tidewire::signals {
namespace {

using postgres::quote_identifier;
using postgres::quote_literal;

std::string from_table(const postgres::table& table) {
  return " FROM " + quote_identifier(table.schema) + "." + quote_identifier(table.name);
}

std::string equal(const std::string& column, const std::optional<std::string>& value) {
  return value ? column + " = " + quote_literal(*value) : column + " IS NULL";
}

/// NULL is the largest of all.
std::string greater(const std::string& column,
                    bool nullable,
                    const std::optional<std::string>& value) {
  if (!value) return "FALSE";
  const std::string beyond = column + " > " + quote_literal(*value);
  return nullable ? "(" + beyond + " OR " + column + " IS NULL)" : beyond;
}

/// ("a", "b") > ('1', '2'), which an index over the columns serves.
std::string greater_plain_row(const postgres::table& table,
                              const std::vector<std::size_t>& order,
                              const key_values& values) {
  std::string names, literals;
  for (std::size_t i = 0; i < order.size(); ++i) {
    names += (i == 0 ? "" : ", ") + quote_identifier(table.columns[order[i]].name);
    literals += (i == 0 ? "" : ", ") + quote_literal(*values[i]);
  }
  return "((" + names + ") > (" + literals + "))";
}

/// (a > 1) OR (a = 1 AND b > 2) …: where there may be NULLs, each column is treated by itself.
std::string greater_row(const postgres::table& table,
                        const std::vector<std::size_t>& order,
                        const key_values& values) {
  assert(order.size() == values.size());
  const auto plain = [&](std::size_t i) {
    return table.columns[order[i]].not_null && values[i].has_value();
  };
  std::size_t first_odd = 0;
  while (first_odd < order.size() && plain(first_odd)) ++first_odd;
  if (first_odd == order.size()) return greater_plain_row(table, order, values);

  std::string sql;
  std::string same;  // the columns before
  for (std::size_t i = 0; i < order.size(); ++i) {
    const postgres::column& column = table.columns[order[i]];
    const std::string name = quote_identifier(column.name);
    sql += (sql.empty() ? "(" : " OR (") + same + greater(name, !column.not_null, values[i]) + ")";
    same += equal(name, values[i]) + " AND ";
  }
  return "(" + sql + ")";
}

std::string order_by(const postgres::table& table,
                     const std::vector<std::size_t>& order,
                     std::string_view direction) {
  std::string sql;
  for (const std::size_t i : order)
    sql += (sql.empty() ? " ORDER BY " : ", ") + quote_identifier(table.columns[i].name) +
           std::string(direction);
  return sql;
}

/// The line's end closes a remark at the condition's.
std::string enclosed(std::string_view condition) {
  return "(" + std::string(condition) + "\n)";
}

}  // namespace

std::vector<std::size_t> chunk_columns(const postgres::table& table,
                                       std::string_view surrogate_key,
                                       std::vector<std::size_t> named) {
  if (surrogate_key.empty()) return named.empty() ? table.key : named;
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].name == surrogate_key) return {i};
  return {};
}

std::string chunk_query(const postgres::table& table,
                        const std::vector<std::size_t>& order,
                        const chunk_bounds& bounds,
                        std::string_view condition,
                        std::size_t row_count) {
  std::string columns;
  for (const postgres::column& column : table.columns)
    columns += (columns.empty() ? "SELECT " : ", ") + quote_identifier(column.name);
  std::string where;
  const auto also = [&where](const std::string& sql) {
    where += (where.empty() ? " WHERE " : " AND ") + sql;
  };
  if (!bounds.after.empty()) also(greater_row(table, order, bounds.after));
  if (!bounds.after.empty() && !bounds.maximum.empty())
    also("NOT " + greater_row(table, order, bounds.maximum));
  if (!condition.empty()) also(enclosed(condition));
  return columns + from_table(table) + where + order_by(table, order, "") + " FETCH FIRST " +
         std::to_string(row_count) + " ROWS WITH TIES";
}

std::string maximum_query(const postgres::table& table,
                          const std::vector<std::size_t>& order,
                          std::string_view condition) {
  std::string columns;
  for (const std::size_t i : order)
    columns += (columns.empty() ? "SELECT " : ", ") + quote_identifier(table.columns[i].name);
  return columns + from_table(table) +
         (condition.empty() ? std::string() : " WHERE " + enclosed(condition)) +
         order_by(table, order, " DESC") + " LIMIT 1";
}

}  // namespace tidewire::signals
