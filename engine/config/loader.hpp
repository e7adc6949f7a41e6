#pragma once

#include "config/settings.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tidewire::config {

struct loaded_value {
  std::string name;
  std::string text;
  std::string place;  // `file:line`, or `environment variable NAME`
};

struct loaded {
  std::vector<loaded_value>
      values;  // in the file's order, then what only the environment sets, in the table's
  std::vector<warning> warnings;
  std::vector<std::string> problems;  // whole sentences with their places

  const loaded_value* find(std::string_view name) const noexcept;
};

/// Reads a file's text and the environment over it: unescaped, expanded, without what is empty;
/// nothing is judged yet. The environment is asked for every name of the file and of the table, and
/// for the names that the values of `tidewire.relay.streams`, `debezium.transforms` and
/// `debezium.predicates` make out of the table's patterns; other names that no file sets cannot be
/// told from a variable's name.
loaded read_values(std::string_view text, const std::string& file, const environment& env);

/// Puts each value into the table's spelling; what is unknown, not supported or not allowed becomes
/// a warning or a problem.
void judge_values(loaded& all);

/// What several properties must agree on, and what the type of one does not say; adds problems.
void check_across(loaded& all, const environment& env);

/// The classes of transforms and predicates, their options, and whether they name each other
/// rightly; a part of check_across().
void check_transforms(loaded& all);

/// What tidewire.consumer.transactions needs of the queue and of the engine; a part of
/// check_across().
void check_consumer(loaded& all);

}  // namespace tidewire::config
