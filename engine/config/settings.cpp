#include "config/settings.hpp"

#include "base/regex_list.hpp"
#include "base/startup_error.hpp"
#include "config/loader.hpp"
#include "config/properties_file.hpp"
#include "config/property_table.hpp"
#include "config/unknown_variables.hpp"
#include "config/value_syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <utility>

namespace tidewire::config {
namespace {

/// All at once, one line each, below a line that sums them up. The warnings come too: a name that
/// is misspelt is often why another is not set.
[[noreturn]] void refuse_all(const std::string& name, const loaded& all) {
  std::string text = fmt::format("the configuration in {} cannot work: {} problem{}\n{}",
                                 name,
                                 all.problems.size(),
                                 all.problems.size() == 1 ? "" : "s",
                                 fmt::join(all.problems, "\n"));
  for (const auto& one : all.warnings) text += "\nwarning: " + one.message;
  throw startup_error(text);
}

void put(loaded& all, settings::flag_value flag) {
  std::erase_if(all.values, [&](const loaded_value& one) { return one.name == flag.property; });
  all.values.push_back({std::move(flag.property), std::move(flag.text), std::move(flag.flag)});
}

/// Lets one property stand for another that is not set itself.
void fill_in(loaded& all, std::string_view from, std::string_view to) {
  const auto* const value = all.find(from);
  if (value == nullptr || all.find(to) != nullptr) return;
  all.values.push_back({std::string(to), value->text, value->place});
}

const property& row_of(std::string_view name) {
  const auto* const row = find_property(name);
  assert(row != nullptr && "asked for a property that is not in the table");
  static const property unknown{};
  return row != nullptr ? *row : unknown;
}

}  // namespace

settings settings::load(const std::string& path, const environment& env, options how) {
  return parse(read_properties_file(path), path, env, std::move(how));
}

settings settings::parse(std::string_view text,
                         std::string name,
                         const environment& env,
                         options how) {
  auto all = read_values(text, name, env);
  for (auto& flag : how.flags) put(all, std::move(flag));
  judge_values(all);
  judge_variables(all, how.variables);
  check_across(all, env);
  if (how.strict)
    for (const auto& one : std::exchange(all.warnings, {})) all.problems.push_back(one.message);
  if (!all.problems.empty()) refuse_all(name, all);
  fill_in(all, "debezium.format.schemas.enable", "debezium.format.key.schemas.enable");
  fill_in(all, "debezium.format.schemas.enable", "debezium.format.value.schemas.enable");
  fill_in(all, "debezium.format.decimal.format", "debezium.format.key.decimal.format");
  fill_in(all, "debezium.format.decimal.format", "debezium.format.value.decimal.format");
  for (const std::string_view part : {"key", "value"})
    fill_in(all,
            "debezium.format.replace.null.with.default",
            fmt::format("debezium.format.{}.replace.null.with.default", part));
  fill_in(all, "debezium.source.heartbeat.topics.prefix", "debezium.source.topic.heartbeat.prefix");

  settings made;
  made.source_ = std::move(name);
  made.warnings_ = std::move(all.warnings);
  for (auto& value : all.values)
    made.values_.push_back({std::move(value.name), std::move(value.text), std::move(value.place)});
  return made;
}

const settings::value* settings::find_value(std::string_view property) const {
  const auto found = std::find_if(
      values_.begin(), values_.end(), [&](const value& one) { return one.name == property; });
  return found == values_.end() ? nullptr : &*found;
}

std::optional<std::string> settings::find(std::string_view property) const {
  const auto& row = row_of(property);
  if (const auto* const set = find_value(property)) return set->text;
  if (row.initial) return std::string(*row.initial);
  return std::nullopt;
}

std::string settings::text(std::string_view property) const {
  return find(property).value_or(std::string());
}

bool settings::is_set(std::string_view property) const {
  return find_value(property) != nullptr;
}

bool settings::flag(std::string_view property) const {
  assert(row_of(property).type == value_type::flag);
  return read_flag(text(property)).value_or(false);
}

std::int64_t settings::integer(std::string_view property) const {
  assert(row_of(property).type == value_type::integer);
  return read_integer(text(property)).value_or(0);
}

std::chrono::milliseconds settings::duration(std::string_view property) const {
  assert(row_of(property).type == value_type::duration);
  return std::chrono::milliseconds(read_duration(text(property)).value_or(0));
}

std::size_t settings::bytes(std::string_view property) const {
  assert(row_of(property).type == value_type::bytes);
  return static_cast<std::size_t>(read_bytes(text(property)).value_or(0));
}

std::vector<std::string> settings::list(std::string_view property) const {
  const bool expressions = row_of(property).type == value_type::regex_list;
  return expressions ? split_regex_list(text(property)) : read_list(text(property));
}

std::vector<std::pair<std::string, std::string>> settings::with_prefix(
    std::string_view prefix) const {
  std::vector<std::pair<std::string, std::string>> found;
  for (const auto& one : values_)
    if (one.name.starts_with(prefix)) found.emplace_back(one.name.substr(prefix.size()), one.text);
  return found;
}

const std::vector<warning>& settings::warnings() const noexcept {
  return warnings_;
}

const std::string& settings::source() const noexcept {
  return source_;
}

std::string settings::place_of(std::string_view property) const {
  const auto* const set = find_value(property);
  return set != nullptr ? set->place : "default";
}

}  // namespace tidewire::config
