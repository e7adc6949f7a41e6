#include "config/suggestion.hpp"

#include "config/property_table.hpp"

#include <algorithm>
#include <tuple>

namespace tidewire::config {
namespace {

constexpr std::size_t near_max = 2;
constexpr std::size_t suggestions_max = 3;
constexpr char any_text = '\x01';
constexpr char any_digits = '\x02';

/// A name with each placeholder as one letter that fits anything.
std::string letters_of(std::string_view pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '<') {
      out.push_back(pattern[i]);
      continue;
    }
    const auto end = pattern.find('>', i);
    out.push_back(pattern.substr(i, end - i + 1) == "<number>" ? any_digits : any_text);
    i = end;
  }
  return out;
}

bool stands_for(char letter, char c) noexcept {
  return letter == c || letter == any_text || (letter == any_digits && c >= '0' && c <= '9');
}

struct candidate {
  std::string_view name;
  bool pattern = false;
  std::size_t distance = 0;

  /// Names of the table's own come before patterns where both are near: a pattern swallows letters
  /// at no cost.
  auto rank() const noexcept {
    const bool is_near = distance <= near_max;
    return is_near ? std::tuple(0, std::size_t{pattern}, distance, name)
                   : std::tuple(1, distance, std::size_t{pattern}, name);
  }
};

std::vector<candidate> candidates_within(std::string_view name, std::size_t distance_max) {
  std::vector<candidate> found;
  for (const auto& family : property_families()) {
    for (const auto& row : family.properties) {
      const bool pattern = row.is_pattern();
      const auto shorter = std::min(row.name.size(), name.size());
      const auto longer = std::max(row.name.size(), name.size());
      if (!pattern && longer - shorter > distance_max) continue;
      const auto distance = spelling_distance(row.name, name);
      if (distance <= distance_max) found.push_back({row.name, pattern, distance});
    }
  }
  std::sort(found.begin(), found.end(), [](const candidate& a, const candidate& b) {
    return a.rank() < b.rank();
  });
  return found;
}

std::vector<std::string> best_of(const std::vector<candidate>& found) {
  std::vector<std::string> names;
  for (const auto& one : found) {
    const bool worth_naming = names.empty() || one.distance <= near_max;
    if (worth_naming && names.size() < suggestions_max && !(one.pattern && !names.empty()))
      names.emplace_back(one.name);
  }
  return names;
}

}  // namespace

std::size_t spelling_distance(std::string_view pattern, std::string_view name) {
  const auto letters = letters_of(pattern);
  const auto width = name.size() + 1;
  std::vector<std::size_t> table((letters.size() + 1) * width);
  const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& {
    return table[i * width + j];
  };
  for (std::size_t j = 0; j < width; ++j) at(0, j) = j;
  for (std::size_t i = 1; i <= letters.size(); ++i) {
    const char letter = letters[i - 1];
    const bool placeholder = letter == any_text || letter == any_digits;
    at(i, 0) = i;
    for (std::size_t j = 1; j < width; ++j) {
      const bool fits = stands_for(letter, name[j - 1]);
      auto least = std::min({at(i - 1, j) + 1,
                             at(i, j - 1) + (placeholder && fits ? 0U : 1U),
                             at(i - 1, j - 1) + (fits ? 0U : 1U)});
      if (i > 1 && j > 1 && letter == name[j - 2] && letters[i - 2] == name[j - 1])
        least = std::min(least, at(i - 2, j - 2) + 1);
      at(i, j) = least;
    }
  }
  return at(letters.size(), name.size());
}

std::vector<std::string> suggest_names(std::string_view unknown) {
  const auto distance_max = std::max(near_max, unknown.size() / 6);
  auto names = best_of(candidates_within(unknown, distance_max));
  if (!names.empty()) return names;
  return best_of(candidates_within("debezium.source." + std::string(unknown), near_max));
}

std::vector<std::string> suggest_near_names(std::string_view name) {
  auto found = candidates_within(name, near_max);
  std::erase_if(found, [](const candidate& one) { return one.pattern; });
  return best_of(found);
}

}  // namespace tidewire::config
