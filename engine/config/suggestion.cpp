#include "config/suggestion.hpp"

#include "config/property_table.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
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

bool is_placeholder(char letter) noexcept {
  return letter == any_text || letter == any_digits;
}

bool stands_for(char letter, char c) noexcept {
  return letter == c || letter == any_text || (letter == any_digits && c >= '0' && c <= '9');
}

struct candidate {
  std::string_view name;
  bool pattern = false;
  std::size_t distance = 0;
  std::ptrdiff_t own_letters = 0;  // of a pattern, without its placeholders

  bool is_near() const noexcept { return distance <= near_max; }
  /// Names of the table's own come before patterns where both are near, since a pattern swallows
  /// letters at no cost; of equal patterns the longer one says more.
  auto rank() const noexcept {
    const std::size_t nearness = is_near() ? 0 : distance;
    return std::tuple(nearness, pattern, distance, -own_letters, name);
  }
};

using letter_counts = std::array<int, 256>;

letter_counts count_letters(std::string_view name) {
  letter_counts counts{};
  for (const char c : name) ++counts[static_cast<unsigned char>(c)];
  return counts;
}

/// Whether the name lacks more than so many of the pattern's letters, wherever they stand: each is
/// a letter to put in or to replace. Sorts out nearly all names at a fraction of their distance's
/// work.
bool lacks_letters(letter_counts of_name, std::string_view pattern, std::size_t count_max) {
  std::size_t lacking = 0;
  bool placeholder = false;
  for (const char c : pattern) {
    if (c == '<') placeholder = true;
    if (!placeholder && --of_name[static_cast<unsigned char>(c)] < 0 && ++lacking > count_max)
      return true;
    if (c == '>') placeholder = false;
  }
  return false;
}

std::vector<candidate> candidates_within(std::string_view name, std::size_t distance_max) {
  const auto counts = count_letters(name);
  std::vector<candidate> found;
  for (const auto& family : property_families()) {
    for (const auto& row : family.properties) {
      const bool pattern = row.is_pattern();
      const auto shorter = std::min(row.name.size(), name.size());
      const auto longer = std::max(row.name.size(), name.size());
      if (!pattern && longer - shorter > distance_max) continue;
      if (lacks_letters(counts, row.name, distance_max)) continue;
      const auto distance = spelling_distance(row.name, name, distance_max);
      if (distance > distance_max) continue;
      const auto letters = letters_of(row.name);
      const auto own_letters =
          std::count_if(letters.begin(), letters.end(), [](char c) { return !is_placeholder(c); });
      found.push_back({row.name, pattern, distance, pattern ? own_letters : 0});
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
    const bool same_kind = one.pattern == found.front().pattern;
    if (names.empty() || (one.is_near() && same_kind && found.front().distance > 0))
      names.emplace_back(one.name);
    if (names.size() == suggestions_max) break;
  }
  // Where a pattern swallowed what was wrong, the nearest name of the table's own is worth naming
  // too.
  const auto own =
      std::find_if(found.begin(), found.end(), [](const candidate& one) { return !one.pattern; });
  if (!names.empty() && found.front().pattern && own != found.end()) names.emplace_back(own->name);
  return names;
}

/// So many letters before the first placeholder are the same.
std::size_t common_beginning(std::string_view pattern, std::string_view name) {
  pattern = pattern.substr(0, pattern.find('<'));
  const auto differ = std::mismatch(pattern.begin(), pattern.end(), name.begin(), name.end());
  return static_cast<std::size_t>(differ.first - pattern.begin());
}

}  // namespace

std::size_t spelling_distance(std::string_view pattern,
                              std::string_view name,
                              std::size_t at_most) {
  // What begins alike costs nothing, and of a family of names that is half of it.
  const auto alike = common_beginning(pattern, name);
  pattern.remove_prefix(alike);
  name.remove_prefix(alike);
  const auto letters = letters_of(pattern);
  // Before the first placeholder only cells near the diagonal can count.
  const auto banded_rows = std::min(pattern.find('<'), letters.size());
  const auto width = name.size() + 1;
  const auto too_far = at_most + 1;
  std::vector<std::size_t> before_last(width, too_far);
  std::vector<std::size_t> last(width, too_far);
  std::vector<std::size_t> row(width, too_far);
  auto least_of_last = std::size_t{0};
  for (std::size_t j = 0; j < width; ++j) last[j] = std::min(j, too_far);
  for (std::size_t i = 1; i <= letters.size(); ++i) {
    const char letter = letters[i - 1];
    const bool placeholder = is_placeholder(letter);
    const bool banded = i <= banded_rows;
    const auto from = banded && i > at_most + 1 ? i - at_most : 1;
    const auto to = banded ? std::min(name.size(), i + at_most) : name.size();
    std::fill(row.begin(), row.end(), too_far);
    row[0] = std::min(i, too_far);
    auto least_of_row = row[0];
    for (std::size_t j = from; j <= to; ++j) {
      const bool fits = stands_for(letter, name[j - 1]);
      auto least = std::min(last[j] + 1, last[j - 1] + (fits ? 0U : 1U));
      least = std::min(least, row[j - 1] + (placeholder && fits ? 0U : 1U));
      const bool swapped = i > 1 && j > 1 && letter == name[j - 2] && letters[i - 2] == name[j - 1];
      if (swapped) least = std::min(least, before_last[j - 2] + 1);
      row[j] = std::min(least, too_far);
      least_of_row = std::min(least_of_row, row[j]);
    }
    // A swap reaches back two rows, so two hopeless ones in a row are needed to give up.
    if (least_of_row == too_far && least_of_last == too_far) return too_far;
    least_of_last = least_of_row;
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[name.size()];
}

std::vector<std::string> suggest_names(std::string_view unknown) {
  // Two slips may count as three: a swap that is parted by a letter left out between its two.
  const auto distance_max = std::max(near_max + 1, unknown.size() / 6);
  auto names = best_of(candidates_within(unknown, distance_max));
  if (!names.empty()) return names;
  return best_of(candidates_within("debezium.source." + std::string(unknown), near_max));
}

std::vector<std::string> suggest_near_names(std::string_view name) {
  auto found = candidates_within(name, near_max + 1);
  std::erase_if(found, [](const candidate& one) { return one.pattern; });
  return best_of(found);
}

}  // namespace tidewire::config
