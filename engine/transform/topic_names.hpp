#pragma once

#include "transform/java_regex.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tidewire::transform {

/// Names made of names by an expression and its replacement; each is worked out once.
class topic_names {
 public:
  /// The owners are the properties' names, for messages.
  topic_names(std::string_view expression,
              std::string_view owner,
              std::string_view replacement,
              std::string_view replacement_owner)
      : regex_(expression, owner) {
    regex_.replacement(replacement, replacement_owner);
  }

  /// Nothing where the expression does not match all of the name. Good until the next call.
  const std::optional<std::string>& of(const std::string& name) {
    if (const auto found = known_.find(name); found != known_.end()) return found->second;
    if (known_.size() >= count_max)
      known_.clear();  // an outbox may name as many topics as it likes
    return known_.emplace(name, regex_.replace(name)).first->second;
  }

 private:
  static constexpr std::size_t count_max = 10'000;
  java_regex regex_;
  std::unordered_map<std::string, std::optional<std::string>> known_;
};

}  // namespace tidewire::transform
