#pragma once

#include "local/eventbridge/target.hpp"
#include "rules/pattern.hpp"

#include <boost/json/array.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tidewire::local {

using tag_map = std::map<std::string, std::string, std::less<>>;

struct event_rule {
  std::string name;
  std::string pattern_text;  // empty: a schedule alone
  std::optional<rules::pattern> pattern;
  std::string schedule;  // kept and told, never run
  std::string description;
  std::string role_arn;
  bool enabled = true;
  std::vector<event_target> targets;  // in the order in which they were put
  tag_map tags;
};

struct event_bus {
  std::string name;
  std::string description;
  std::chrono::system_clock::time_point created;
  boost::json::array policy;  // statements of PutPermission
  std::map<std::string, event_rule, std::less<>> rules;
  tag_map tags;
};

}  // namespace tidewire::local
