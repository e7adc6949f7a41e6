#include "local/call/input_reader.hpp"
#include "local/eventbridge/service.hpp"

#include <fmt/core.h>

namespace tidewire::local {
namespace {

namespace json = boost::json;

api_error no_such_resource(std::string_view arn) {
  return {.code = "ResourceNotFoundException",
          .message = fmt::format("Resource {} does not exist.", arn)};
}

}  // namespace

void read_tags(const json::object& input, tag_map& tags) {
  const auto* const list = input.if_contains("Tags");
  if (list == nullptr || !list->is_array()) return;
  for (const auto& tag : list->get_array()) {
    const auto* const key = tag.is_object() ? tag.get_object().if_contains("Key") : nullptr;
    const auto* const value = tag.is_object() ? tag.get_object().if_contains("Value") : nullptr;
    if (key != nullptr && key->is_string())
      tags.insert_or_assign(std::string(key->get_string()),
                            value != nullptr && value->is_string()
                                ? std::string(value->get_string())
                                : std::string{});
  }
}

tag_map* eventbridge_service::find_tags(std::string_view arn) {
  for (auto& [name, bus] : buses_) {
    if (bus_arn(name) == arn) return &bus.tags;
    for (auto& [rule_name, rule] : bus.rules)
      if (rule_arn(bus, rule) == arn) return &rule.tags;
  }
  return nullptr;
}

reply eventbridge_service::tag_resource(const operation_call& call) {
  input_reader in(call.input);
  const auto arn = in.text("ResourceARN", {.required = true, .length_min = 1, .length_max = 1600});
  in.array("Tags", true);
  if (auto problem = in.problem()) return *problem;
  tag_map* const tags = find_tags(*arn);
  if (tags == nullptr) return no_such_resource(*arn);
  read_tags(call.input, *tags);
  ++revision_;
  return json::object{};
}

reply eventbridge_service::untag_resource(const operation_call& call) {
  input_reader in(call.input);
  const auto arn = in.text("ResourceARN", {.required = true, .length_min = 1, .length_max = 1600});
  const auto* const keys = in.array("TagKeys", true);
  if (auto problem = in.problem()) return *problem;
  tag_map* const tags = find_tags(*arn);
  if (tags == nullptr) return no_such_resource(*arn);
  for (const auto& key : *keys)
    if (key.is_string()) tags->erase(std::string(key.get_string()));
  ++revision_;
  return json::object{};
}

reply eventbridge_service::list_tags(const operation_call& call) {
  input_reader in(call.input);
  const auto arn = in.text("ResourceARN", {.required = true, .length_min = 1, .length_max = 1600});
  if (auto problem = in.problem()) return *problem;
  const tag_map* const tags = find_tags(*arn);
  if (tags == nullptr) return no_such_resource(*arn);
  json::array list;
  for (const auto& [key, value] : *tags)
    list.push_back(json::object{{"Key", key}, {"Value", value}});
  return json::object{{"Tags", std::move(list)}};
}

}  // namespace tidewire::local
