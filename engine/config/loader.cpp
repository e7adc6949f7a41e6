#include "config/loader.hpp"

#include "config/environment.hpp"
#include "config/expansion.hpp"
#include "config/properties.hpp"
#include "config/property_table.hpp"
#include "config/value_syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace tidewire::config {
namespace {

struct file_value {
  std::string text;
  std::size_t line = 0;
};

/// One reading of a file with an environment over it.
class reader {
 public:
  reader(const std::string& file, const environment& env) : file_(file), env_(env) {}

  loaded read(std::string_view text) {
    read_file(text);
    for (const auto& name : order_) resolve(name);
    for (const auto& family : property_families())
      for (const auto& row : family.properties)
        if (!row.is_pattern() && !in_file(row.name)) resolve(std::string(row.name));
    resolve_members("tidewire.relay.streams", "tidewire.relay.<stream>.");
    resolve_members("debezium.transforms", "debezium.transforms.<name>.");
    resolve_members("debezium.predicates", "debezium.predicates.<name>.");
    return std::move(out_);
  }

 private:
  bool in_file(std::string_view name) const noexcept {
    return std::find(order_.begin(), order_.end(), name) != order_.end();
  }
  const file_value* file_value_of(std::string_view name) const noexcept {
    const auto found = std::find(order_.begin(), order_.end(), name);
    return found == order_.end() ? nullptr
                                 : &texts_[static_cast<std::size_t>(found - order_.begin())];
  }
  std::string place(std::size_t line) const { return fmt::format("{}:{}", file_, line); }

  void read_file(std::string_view text) {
    auto parsed = read_properties(text);
    for (const auto& fault : parsed.faults)
      out_.problems.push_back(place(fault.line) + ": " + fault.message);
    std::vector<property_entry> of_profiles;  // win over the plain ones, wherever they stand
    for (auto& entry : parsed.entries)
      if (entry.name.starts_with('%'))
        of_profiles.push_back(std::move(entry));
      else
        take(std::move(entry));
    for (auto& entry : of_profiles) take_of_profile(std::move(entry));
  }

  void take(property_entry entry) {
    if (const auto* const earlier = file_value_of(entry.name)) {
      out_.warnings.push_back({entry.name,
                               fmt::format("{}: {} is set in line {} already; the last one counts",
                                           place(entry.line),
                                           shown_name(entry.name),
                                           earlier->line)});
    }
    put(std::move(entry));
  }

  /// `%prod.name=value`, as Quarkus has it: Debezium Server runs under profile prod.
  void take_of_profile(property_entry entry) {
    const auto active = env_("QUARKUS_PROFILE").value_or("prod");
    const auto dot = std::min(entry.name.find('.'), entry.name.size());
    const auto profile = entry.name.substr(1, dot - 1);
    if (profile != active) {
      out_.warnings.push_back({entry.name,
                               fmt::format("{}: {} has no effect: the profile is {}",
                                           place(entry.line),
                                           shown_name(entry.name),
                                           active)});
      return;
    }
    entry.name.erase(0, std::min(dot + 1, entry.name.size()));
    put(std::move(entry));
  }

  void put(property_entry entry) {
    const auto known = std::find(order_.begin(), order_.end(), entry.name);
    if (known != order_.end()) {
      texts_[static_cast<std::size_t>(known - order_.begin())] = {std::move(entry.text),
                                                                  entry.line};
      return;
    }
    order_.push_back(std::move(entry.name));
    texts_.push_back({std::move(entry.text), entry.line});
  }

  /// An empty value is no value, except for what a transform puts before the names that it adds.
  static bool may_be_empty(std::string_view name) noexcept {
    return name.starts_with("debezium.transforms.") && name.ends_with(".prefix");
  }

  /// Puts the property into the result where the environment or the file sets it to something.
  void resolve(const std::string& name) {
    loaded_value value{name, {}, {}};
    std::string raw;
    const auto* const set_in_file = file_value_of(name);
    if (auto variable = find_in_environment(env_, name)) {
      value.place = "environment variable " + variable->variable;
      raw = std::move(variable->text);
    } else if (set_in_file != nullptr) {
      value.place = place(set_in_file->line);
      raw = set_in_file->text;
    } else {
      return;
    }
    auto expanded = expand(raw, [this](std::string_view wanted) { return look_up(wanted); });
    if (const auto* fault = std::get_if<expansion_fault>(&expanded)) {
      out_.problems.push_back(
          fmt::format("{}: {}: {}", value.place, shown_name(name), fault->message));
      return;
    }
    value.text = std::get<std::string>(std::move(expanded));
    if (!value.text.empty() || may_be_empty(name)) out_.values.push_back(std::move(value));
  }

  std::optional<std::string> look_up(std::string_view name) const {
    if (auto variable = find_in_environment(env_, name)) {
      if (variable->text.empty()) return std::nullopt;
      return std::move(variable->text);
    }
    const auto* const value = file_value_of(name);
    if (value == nullptr || value->text.empty()) return std::nullopt;
    return value->text;
  }

  /// Asks the environment for the table's patterns with each element of a list in the placeholder's
  /// stead.
  void resolve_members(std::string_view list, std::string_view prefix) {
    const auto* const names = out_.find(list);
    if (names == nullptr) return;
    const auto placeholder = prefix.find('<');
    for (const auto& element : read_list(names->text)) {
      for (const auto& family : property_families()) {
        for (const auto& row : family.properties) {
          if (!row.name.starts_with(prefix) || row.name.ends_with('>')) continue;
          const auto name = fmt::format(
              "{}{}.{}", prefix.substr(0, placeholder), element, row.name.substr(prefix.size()));
          if (!in_file(name) && out_.find(name) == nullptr) resolve(name);
        }
      }
    }
  }

  const std::string& file_;
  const environment& env_;
  std::vector<std::string> order_;
  std::vector<file_value> texts_;  // same order
  loaded out_;
};

}  // namespace

const loaded_value* loaded::find(std::string_view name) const noexcept {
  const auto found = std::find_if(
      values.begin(), values.end(), [&](const loaded_value& value) { return value.name == name; });
  return found == values.end() ? nullptr : &*found;
}

loaded read_values(std::string_view text, const std::string& file, const environment& env) {
  return reader(file, env).read(text);
}

}  // namespace tidewire::config
