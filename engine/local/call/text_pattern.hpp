#pragma once

#include <cstdint>
#include <string_view>

namespace tidewire::local {

/// The regular expressions that the service models put on texts.
enum class text_pattern : std::uint8_t {
  any,
  name,          // of streams and shards
  decimal,       // hash keys and sequence numbers
  event_name,    // of rules and targets
  event_bus,     // of a bus, or its beginning
  bus_or_arn,    // partition, region and account of an ARN are left to the look-up
  action,        // of a bus's policy
  principal,     // of a bus's policy
  statement_id,  // of a bus's policy
};

bool fits(text_pattern pattern, std::string_view text) noexcept;
/// As AWS tells it in a refusal.
std::string_view expression_of(text_pattern pattern) noexcept;

}  // namespace tidewire::local
