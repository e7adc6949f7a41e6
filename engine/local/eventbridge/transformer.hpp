#pragma once

#include "local/eventbridge/target.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tidewire::local {

/// The names between `<` and `>` in a template, in order, with repeats. A `<` without `>` is text.
std::vector<std::string_view> placeholders_of(std::string_view text);

/// `aws.events.rule-arn` and its kind.
bool is_reserved_placeholder(std::string_view name) noexcept;

/// Puts values in place of the names.
///
/// Outside of quotes a value stands as JSON, a string with its quotes; what the event does not have
/// is the empty string. Inside of quotes a string stands without its own, anything else as its text
/// without quotation marks, what is missing as nothing. Source: EventBridge User Guide, "input
/// transformation".
std::string fill_template(const input_transformer& transformer, const event_context& context);

}  // namespace tidewire::local
