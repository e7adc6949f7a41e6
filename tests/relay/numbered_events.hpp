#pragma once

#include "relay/fake_bus.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// Small numbered events, and what became of them at the bus.
namespace tidewire::relay {

using numbers = std::vector<std::uint64_t>;

inline std::string event(const std::string& key, std::uint64_t number) {
  return R"({"key":")" + key + R"(","n":)" + std::to_string(number) + "}";
}

/// `count` events from `first` on, over `keys` keys in turn.
inline std::vector<std::pair<std::string, std::string>> events(std::uint64_t first,
                                                               std::uint64_t count,
                                                               std::uint64_t keys) {
  std::vector<std::pair<std::string, std::string>> all;
  for (std::uint64_t n = first; n < first + count; ++n) {
    const std::string key = "key-" + std::to_string(n % keys);
    all.emplace_back(key, event(key, n));
  }
  return all;
}

/// What the bus took, by key, in its order.
inline std::map<std::string, numbers> taken_by_key(const fake_bus& bus) {
  std::map<std::string, numbers> all;
  simdjson::dom::parser parser;
  for (const auto& one : bus.taken) {
    const simdjson::dom::element json = parser.parse(one.detail);
    all[std::string(std::string_view(json["key"]))].push_back(std::uint64_t(json["n"]));
  }
  return all;
}

inline std::size_t distinct(const fake_bus& bus) {
  std::set<std::string> all;
  for (const auto& one : bus.taken) all.insert(one.detail);
  return all.size();
}

inline bool is_each_key_in_order(const fake_bus& bus) {
  for (const auto& [key, order] : taken_by_key(bus))
    if (!std::is_sorted(order.begin(), order.end())) return false;
  return true;
}

}  // namespace tidewire::relay
