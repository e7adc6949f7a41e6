#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tidewire {

/// A comma-separated list of regular expressions as Debezium's include and exclude lists have them:
/// each must match the whole of a name, in any case. A comma inside an expression is written `\,`.
/// Java's syntax is read by PCRE2; the one construct that means something else there, `&&` inside a
/// character class, is refused. Copies share the compiled expressions. For one thread at a time.
class regex_list {
 public:
  struct fault {
    std::string message;  // which expression, at which character, and why
  };

  regex_list() = default;
  static std::variant<regex_list, fault> read(std::string_view text);
  /// For text that was validated on loading. \throws startup_error with the message of the fault.
  static regex_list parse(std::string_view text);

  /// Whether one of the expressions matches all of `name`; an empty list matches nothing.
  /// \throws startup_error where an expression needs more than ten million steps: it would stop the
  /// engine in the long run.
  bool matches(std::string_view name) const;
  /// The number of the first expression that matches, or nothing: the order of the list is the
  /// order of a snapshot.
  std::optional<std::size_t> first_match(std::string_view name) const;

  bool empty() const noexcept { return expressions_.empty(); }
  std::size_t size() const noexcept { return expressions_.size(); }

 private:
  struct expression;
  std::vector<std::shared_ptr<const expression>> expressions_;
};

/// Splits at commas that no backslash stands before, trims, drops what is empty, and makes `\,` a
/// plain comma. Other backslashes stay. As Debezium does with lists of regular expressions.
std::vector<std::string> split_regex_list(std::string_view text);

}  // namespace tidewire
