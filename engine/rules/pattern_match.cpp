#include "rules/pattern_match.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>

namespace tidewire::rules {
namespace {

using requirement = compiled_pattern::requirement;

constexpr std::uint32_t none = event_leaves::none;
constexpr std::size_t steps_max = 20'000'000;
constexpr std::size_t hard_after_steps = 2'000;

class search {
 public:
  search(const compiled_pattern& pattern,
         const event_leaves& event,
         std::span<const requirement> fields)
      : pattern_(pattern), event_(event), fields_(fields) {}

  bool run() { return from(0); }

 private:
  bool from(std::size_t field) {
    if (field == fields_.size()) return true;
    if (++steps_ > steps_max) return false;
    std::string state;
    if (steps_ > hard_after_steps) {
      state = describe_state(field);
      if (dead_ends_.contains(state)) return false;
    }
    if (try_values(field)) return true;
    if (!state.empty()) dead_ends_.insert(std::move(state));
    return false;
  }

  bool try_values(std::size_t field) {
    const field_conditions& conditions = pattern_.conditions[fields_[field].conditions];
    const auto& places = event_.at_path(fields_[field].path);
    bool absent = true;
    std::uint32_t failed_element = none;
    bool failed = false;
    for (auto place = places.begin(); place != places.end();) {
      const event_leaves::leaf& leaf = event_.leaves()[*place];
      if (const std::uint32_t against = conflict(leaf.element); against != none) {
        place = first_beyond_conflict(places, place, against);
        continue;
      }
      ++place;
      absent = false;
      // Another value of the same element leads to where the last one failed.
      if ((failed && leaf.element == failed_element) || !conditions.accepts(leaf.value)) continue;
      const std::size_t kept = chosen_.size();
      choose(leaf.element);
      if (from(field + 1)) return true;
      chosen_.resize(kept);
      failed = true;
      failed_element = leaf.element;
    }
    return absent && conditions.may_be_absent && from(field + 1);
  }

  /// The element already chosen out of an array from which `element` would take another one.
  std::uint32_t conflict(std::uint32_t element) const noexcept {
    if (chosen_.empty()) return none;
    for (; element != none; element = event_.elements()[element].parent)
      for (const std::uint32_t chosen : chosen_)
        if (chosen != element &&
            event_.elements()[chosen].array == event_.elements()[element].array)
          return chosen;
    return none;
  }

  /// Steps to the chosen element, or, when that is behind, over the rest of its array.
  std::vector<std::uint32_t>::const_iterator first_beyond_conflict(
      const std::vector<std::uint32_t>& places,
      std::vector<std::uint32_t>::const_iterator place,
      std::uint32_t chosen) const noexcept {
    const event_leaves::element& element = event_.elements()[chosen];
    const event_leaves::array& array = event_.arrays()[element.array];
    if (array.has_own_leaves) return place + 1;
    const std::uint32_t target = *place < element.first_leaf ? element.first_leaf : array.end_leaf;
    return std::lower_bound(place + 1, places.end(), target);
  }

  void choose(std::uint32_t element) {
    for (; element != none; element = event_.elements()[element].parent)
      if (std::find(chosen_.begin(), chosen_.end(), element) == chosen_.end())
        chosen_.push_back(element);
  }

  /// What the rest of the search depends on: the field, and the choices in arrays that hold values
  /// of the fields to come.
  std::string describe_state(std::size_t field) const {
    std::vector<std::uint32_t> state;
    for (const std::uint32_t chosen : chosen_) {
      const event_leaves::array& array = event_.arrays()[event_.elements()[chosen].array];
      const bool matters = std::any_of(
          fields_.begin() + static_cast<std::ptrdiff_t>(field), fields_.end(), [&](auto& f) {
            const auto& places = event_.at_path(f.path);
            const auto first = std::lower_bound(places.begin(), places.end(), array.first_leaf);
            return first != places.end() && *first < array.end_leaf;
          });
      if (matters) state.push_back(chosen);
    }
    std::sort(state.begin(), state.end());
    state.push_back(static_cast<std::uint32_t>(field));
    return {reinterpret_cast<const char*>(state.data()), state.size() * sizeof(std::uint32_t)};
  }

  const compiled_pattern& pattern_;
  const event_leaves& event_;
  std::span<const requirement> fields_;
  std::vector<std::uint32_t>
      chosen_;  // elements that values were taken from, with those around them
  std::unordered_set<std::string> dead_ends_;
  std::size_t steps_ = 0;
};

bool field_is_met(const compiled_pattern& pattern,
                  const event_leaves& event,
                  const requirement& field) {
  const field_conditions& conditions = pattern.conditions[field.conditions];
  const auto& places = event.at_path(field.path);
  if (places.empty()) return conditions.may_be_absent;
  return std::any_of(places.begin(), places.end(), [&](std::uint32_t place) {
    return conditions.accepts(event.leaves()[place].value);
  });
}

/// Without array elements every field can be looked at alone. With them this still tells most
/// alternatives that cannot match, but not where a field may be absent: that depends on the other
/// choices.
bool may_match(const compiled_pattern& pattern,
               const event_leaves& event,
               std::span<const requirement> fields) {
  return std::all_of(fields.begin(), fields.end(), [&](const requirement& field) {
    if (!event.elements().empty() && pattern.conditions[field.conditions].may_be_absent)
      return true;
    return field_is_met(pattern, event, field);
  });
}

}  // namespace

compiled_pattern compile_pattern(parsed_pattern parsed) {
  compiled_pattern out;
  out.conditions = std::move(parsed.conditions);
  for (const alternative& fields : parsed.alternatives) {
    auto& requirements = out.alternatives.emplace_back();
    for (const auto& [name, conditions] : fields)
      requirements.push_back({out.paths.add(name), static_cast<std::uint32_t>(conditions)});
  }
  return out;
}

bool matches(const compiled_pattern& pattern, const event_leaves& event) {
  return std::any_of(
      pattern.alternatives.begin(), pattern.alternatives.end(), [&](const auto& fields) {
        return may_match(pattern, event, fields) &&
               (event.elements().empty() || search(pattern, event, fields).run());
      });
}

}  // namespace tidewire::rules
