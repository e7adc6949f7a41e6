#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::transform {

/// The replacement text of Java's Matcher.replaceFirst: `$1` and `${name}` stand for groups, a
/// backslash takes the next character as it is.
class java_regex {
 public:
  /// \param owner whose expression it is, for messages. \throws startup_error where it is not one.
  java_regex(std::string_view expression, std::string_view owner);

  /// Whether the whole of `text` matches: Matcher.matches().
  bool matches(std::string_view text) const;

  /// Sets what replace() puts in. \throws startup_error for a group that the expression does not
  /// have.
  void replacement(std::string_view text, std::string_view owner);
  /// Nothing where the whole of `text` does not match; else `text` with the first match replaced,
  /// as the Kafka and Debezium routers do it.
  std::optional<std::string> replace(std::string_view text) const;

 private:
  struct compiled;
  struct piece {
    std::string plain;
    int group = -1;  // follows the plain text; -1: none
  };

  std::shared_ptr<const compiled> code_;
  std::vector<piece> replacement_;
};

}  // namespace tidewire::transform
