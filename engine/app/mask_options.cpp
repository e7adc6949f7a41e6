#include "app/mask_options.hpp"

#include "base/startup_error.hpp"
#include "event/salted_hash.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::app {
namespace {

using event::mask_kind;
using event::mask_rule;

constexpr std::string_view all_columns = "debezium.source.column.";

/// What stands between `before` and `after`; nothing where the name is another.
std::optional<std::string_view> between(std::string_view name,
                                        std::string_view before,
                                        std::string_view after) {
  if (name.size() <= before.size() + after.size() || !name.starts_with(before) ||
      !name.ends_with(after))
    return std::nullopt;
  return name.substr(before.size(), name.size() - before.size() - after.size());
}

/// A number of characters; the property table let digits only pass.
std::size_t length_of(std::string_view digits) {
  constexpr std::size_t longest = std::numeric_limits<std::int32_t>::max();
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  return error == std::errc() && end == digits.data() + digits.size() ? std::min(length, longest)
                                                                      : longest;
}

std::optional<mask_rule> hash_rule(std::string_view name) {
  constexpr std::string_view before_salt = ".with.salt.";
  mask_rule rule{.kind = mask_kind::hash};
  for (const auto& [prefix, kind] :
       {std::pair<std::string_view, mask_kind>{"mask.hash.v2.", mask_kind::hash_v2},
        std::pair<std::string_view, mask_kind>{"mask.hash.", mask_kind::hash}}) {
    if (!name.starts_with(prefix)) continue;
    const std::string_view rest = name.substr(prefix.size());
    const auto salt = rest.find(before_salt);
    if (salt == std::string_view::npos) return std::nullopt;
    rule.kind = kind;
    rule.algorithm = rest.substr(0, salt);
    rule.salt = rest.substr(salt + before_salt.size());
    return rule;
  }
  return std::nullopt;
}

std::optional<mask_rule> rule_of(std::string_view name) {
  if (const auto digits = between(name, "mask.with.", ".chars"))
    return mask_rule{.kind = mask_kind::asterisks, .length = length_of(*digits)};
  if (const auto digits = between(name, "truncate.to.", ".chars"))
    return mask_rule{.kind = mask_kind::truncate, .length = length_of(*digits)};
  return hash_rule(name);
}

}  // namespace

event::mask_rules mask_rules_of(const config::settings& from) {
  std::vector<mask_rule> rules;
  for (const auto& [name, columns] : from.with_prefix(all_columns)) {
    auto rule = rule_of(name);
    if (!rule) continue;
    if (!rule->algorithm.empty() && !event::is_hash_algorithm(rule->algorithm))
      throw startup_error("debezium.source.column.mask.hash: the algorithm `" + rule->algorithm +
                          "` is not known; MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512 and "
                          "SHA3-256 are some that are");
    if (rule->kind == mask_kind::truncate && rule->length == 0)
      throw startup_error(std::string(all_columns) + name +
                          ": a length of 1 or more is needed; to hide a column wholly, use "
                          "column.mask.with.0.chars or column.exclude.list");
    rule->columns = regex_list::parse(columns);
    rules.push_back(std::move(*rule));
  }
  return event::mask_rules(std::move(rules));
}

}  // namespace tidewire::app
