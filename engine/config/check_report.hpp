#pragma once

#include "config/property_table.hpp"
#include "config/settings.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::config {

/// What becomes of one property that is set; names and values as they may be shown.
struct checked_property {
  std::string name;
  std::string value;
  std::string place;
  std::optional<support> how;  // nothing: not a known property
  std::string remark;          // why, what happens instead, what to do
};

/// What `tidewire check` says about a file by itself.
struct check_report {
  std::vector<checked_property> properties;  // in the file's order
  std::vector<warning> warnings;
  std::vector<std::string> problems;  // empty: the program would start
};

/// Looks at a file as settings::parse() does, but ends with everything that is to be said instead
/// of at the first refusal.
check_report check_text(std::string_view text,
                        const std::string& name,
                        const environment& env,
                        const std::vector<std::string>& variables = {});

/// "honoured", "harmless", "not yet", "refused"
std::string_view to_string(support how) noexcept;

}  // namespace tidewire::config
