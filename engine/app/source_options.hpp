#pragma once

#include "base/regex_list.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Values of properties with a small language of their own.
namespace tidewire::app {

/// database.initial.statements: SQL statements between semicolons; `;;` is a semicolon of a
/// statement.
std::vector<std::string> split_statements(std::string_view text);

/// slot.stream.params: `name=value;name=value`. \throws startup_error for a part without `=`.
std::vector<std::pair<std::string, std::string>> read_stream_parameters(std::string_view text);

/// One element of replica.identity.autoset.values.
struct identity_rule {
  regex_list tables;     // schema.table
  std::string identity;  // as ALTER TABLE … REPLICA IDENTITY wants it: FULL, USING INDEX "name"
};

/// `table expression:identity,…`, where the identity is DEFAULT, FULL, NOTHING or `INDEX name`.
/// \throws startup_error for another form.
std::vector<identity_rule> read_identity_rules(std::string_view text);

/// What a snapshot reads in place of a table: the user's statement, and of its columns those of the
/// table, in its order.
std::string override_select(const std::vector<std::string>& columns, std::string_view statement);

}  // namespace tidewire::app
