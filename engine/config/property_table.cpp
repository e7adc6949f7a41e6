#include "config/property_table.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <utility>

namespace tidewire::config {
namespace {

constexpr std::string_view hidden = "******";

std::vector<property_family> make_families() {
  std::vector<property_family> families;
  for (const auto make : {connection_properties,
                          replication_properties,
                          capture_properties,
                          event_properties,
                          snapshot_properties,
                          engine_properties,
                          format_properties,
                          sink_properties,
                          runtime_properties,
                          tidewire_properties,
                          relay_properties,
                          debezium_3_properties,
                          former_properties})
    families.push_back(make());
  return families;
}

/// Rows by name, and the patterns with the most specific first.
struct index {
  std::map<std::string_view, const property*> names;
  std::vector<const property*> patterns;
};

std::size_t own_letters(std::string_view pattern) noexcept {
  std::size_t count = 0;
  bool inside = false;
  for (const char c : pattern) {
    if (c == '<') inside = true;
    if (!inside) ++count;
    if (c == '>') inside = false;
  }
  return count;
}

index make_index() {
  index made;
  for (const auto& family : property_families()) {
    for (const auto& row : family.properties) {
      if (row.is_pattern())
        made.patterns.push_back(&row);
      else
        made.names.emplace(row.name, &row);
    }
  }
  std::sort(made.patterns.begin(), made.patterns.end(), [](const property* a, const property* b) {
    return std::pair(own_letters(a->name), a->name) > std::pair(own_letters(b->name), b->name);
  });
  return made;
}

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

}  // namespace

const std::vector<property_family>& property_families() {
  static const auto families = make_families();
  return families;
}

bool fits_pattern(std::string_view pattern, std::string_view name) noexcept {
  const auto open = pattern.find('<');
  if (open == std::string_view::npos) return pattern == name;
  if (!name.starts_with(pattern.substr(0, open))) return false;
  const auto close = pattern.find('>', open);
  const bool digits = pattern.substr(open, close - open + 1) == "<number>";
  const auto rest_of_pattern = pattern.substr(close + 1);
  const auto rest = name.substr(open);
  for (std::size_t taken = 1; taken <= rest.size(); ++taken) {
    if (digits && !is_digit(rest[taken - 1])) return false;
    if (fits_pattern(rest_of_pattern, rest.substr(taken))) return true;
  }
  return false;
}

const property* find_property(std::string_view name) {
  static const index rows = make_index();
  if (const auto found = rows.names.find(name); found != rows.names.end()) return found->second;
  const auto fitting =
      std::find_if(rows.patterns.begin(), rows.patterns.end(), [&](const property* row) {
        return fits_pattern(row->name, name);
      });
  return fitting == rows.patterns.end() ? nullptr : *fitting;
}

bool is_secret(std::string_view name) {
  const auto* row = find_property(name);
  if (row != nullptr && row->type == value_type::password) return true;
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  constexpr std::array<std::string_view, 9> marks = {"password",
                                                     "passwd",
                                                     "pwd",
                                                     "secret",
                                                     "token",
                                                     "credentials.json",
                                                     "jaas.config",
                                                     "basic.auth.user.info",
                                                     "access-key"};
  return std::any_of(marks.begin(), marks.end(), [&](std::string_view mark) {
    return lower.find(mark) != std::string::npos;
  });
}

std::string shown_name(std::string_view name) {
  constexpr std::string_view before_salt = ".with.salt.";
  const auto salt = name.find(before_salt);
  if (salt == std::string_view::npos) return std::string(name);
  return std::string(name.substr(0, salt + before_salt.size())).append(hidden);
}

std::string shown_value(std::string_view name, std::string_view value) {
  return std::string(is_secret(name) ? hidden : value);
}

}  // namespace tidewire::config
