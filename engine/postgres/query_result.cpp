#include "postgres/connection.hpp"

#include <libpq-fe.h>

#include <charconv>

namespace tidewire::postgres {

void query_result::clear::operator()(pg_result* rows) const noexcept {
  PQclear(rows);
}

std::size_t query_result::row_count() const noexcept {
  return static_cast<std::size_t>(PQntuples(rows_.get()));
}
std::size_t query_result::column_count() const noexcept {
  return static_cast<std::size_t>(PQnfields(rows_.get()));
}

bool query_result::is_null(std::size_t row, std::size_t column) const noexcept {
  return PQgetisnull(rows_.get(), static_cast<int>(row), static_cast<int>(column)) != 0;
}

std::string_view query_result::text(std::size_t row, std::size_t column) const noexcept {
  const int r = static_cast<int>(row);
  const int c = static_cast<int>(column);
  return {PQgetvalue(rows_.get(), r, c), static_cast<std::size_t>(PQgetlength(rows_.get(), r, c))};
}

std::optional<std::string> query_result::optional_text(std::size_t row, std::size_t column) const {
  if (is_null(row, column)) return std::nullopt;
  return std::string(text(row, column));
}

std::int64_t query_result::integer(std::size_t row, std::size_t column) const noexcept {
  const std::string_view digits = text(row, column);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc() && end == digits.data() + digits.size() ? value : 0;
}

std::string quote_identifier(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string quote_literal(std::string_view text) {
  const bool escaped = text.find('\\') != std::string_view::npos;
  std::string quoted = escaped ? "E'" : "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += c;
    quoted += c;
  }
  return quoted + '\'';
}

}  // namespace tidewire::postgres
