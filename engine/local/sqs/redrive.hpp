#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the two attributes about dead letter queues say.
namespace tidewire::local {

/// `RedrivePolicy` of a queue: after how many receives its messages go where.
struct redrive {
  std::string target;  // ARN
  std::int64_t receives_max = 0;
};
/// Nothing: the text is no such policy.
std::optional<redrive> parse_redrive(std::string_view text);

/// `RedriveAllowPolicy` of a dead letter queue: which queues may name it.
struct redrive_allow {
  bool everyone = true;
  std::vector<std::string> sources;  // ARNs; who may, where not everyone

  bool permits(std::string_view source_arn) const;
};
std::optional<redrive_allow> parse_redrive_allow(std::string_view text);

/// A whole number in decimal, and nothing else.
std::optional<std::int64_t> parse_number(std::string_view text);

}  // namespace tidewire::local
