#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::config {

/// Looks up an environment variable; nothing where it is not set. Passed in, so that tests are
/// exact.
using environment = std::function<std::optional<std::string>(std::string_view name)>;
environment process_environment();

/// Something a user should know about the file, none of which keeps the program from starting
/// (unless --strict).
struct warning {
  std::string property;
  std::string message;  // the whole sentence: place, what, and what was meant
};

/// Every property, after `${…}`, environment variables and defaults: read once at the start, then
/// only asked. All values were validated against the property table (property_table.hpp) on
/// loading, so a getter cannot fail for a property that is in the table; asking for a name that is
/// not in the table, or as another type, is a broken belief of ours.
class settings {
 public:
  /// A flag of the command line that stands for a property, and wins over file and environment.
  struct flag_value {
    std::string property;
    std::string text;
    std::string flag;  // `--idle-exit`, for messages
  };
  struct options {
    bool strict = false;  // warnings are errors
    std::vector<flag_value> flags = {};
    /// The names of the environment's variables (process_variables()), to warn of those that were
    /// meant to be properties and are none.
    std::vector<std::string> variables = {};
  };

  /// Reads a properties file. \throws startup_error with file, line, property, value and what is
  /// allowed.
  static settings load(const std::string& path, const environment& env, options how);
  /// The same from text; `name` stands for the file in messages.
  static settings parse(std::string_view text,
                        std::string name,
                        const environment& env,
                        options how);

  /// Full names: "debezium.source.topic.prefix". The default of the table where the property is not
  /// set.
  std::string text(std::string_view property) const;
  std::optional<std::string> find(
      std::string_view property) const;          // nothing: not set and no default
  bool is_set(std::string_view property) const;  // by file or environment
  bool flag(std::string_view property) const;
  std::int64_t integer(std::string_view property) const;
  std::chrono::milliseconds duration(
      std::string_view property) const;                // of a number of ms, or `500ms`, `20s`, `5m`
  std::size_t bytes(std::string_view property) const;  // of a number, or `64MiB`
  std::vector<std::string> list(
      std::string_view property) const;  // comma-separated, trimmed, no empty elements

  /// All set properties whose names begin with `prefix`, with the rest of the name; in the file's
  /// order.
  std::vector<std::pair<std::string, std::string>> with_prefix(std::string_view prefix) const;

  const std::vector<warning>& warnings() const noexcept;
  /// The file's name, for messages.
  const std::string& source() const noexcept;
  /// `file:line` of a property, or the environment variable it came from; for errors found later.
  std::string place_of(std::string_view property) const;

 private:
  struct value {
    std::string name;
    std::string text;
    std::string place;
  };
  std::vector<value> values_;
  std::vector<warning> warnings_;
  std::string source_;

  const value* find_value(std::string_view property) const;
};

}  // namespace tidewire::config
