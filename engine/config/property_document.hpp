#pragma once

#include <string>

namespace tidewire::config {

/// docs/configuration.md: every property of the table with its default, what is allowed, what
/// becomes of it, and what it means. A test compares it with the file in the tree; `tidewire check
/// --properties-markdown` prints it.
std::string render_property_document();

}  // namespace tidewire::config
