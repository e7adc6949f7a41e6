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

tag_map read_tags(input_reader& in, bool required) {
  tag_map out;
  const auto* const list = in.array("Tags", {.required = required});
  if (list == nullptr) return out;
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto tag = in.element("Tags", *list, i);
    if (!tag) continue;
    const auto key = tag->text("Key", {.required = true, .length_min = 1, .length_max = 128});
    const auto value = tag->text("Value", {.required = true, .length_max = 256});
    in.add(*tag);
    if (key && value) out.insert_or_assign(std::string(*key), std::string(*value));
  }
  return out;
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
  const auto given = read_tags(in, true);
  if (auto problem = in.problem()) return *problem;
  tag_map* const tags = find_tags(*arn);
  if (tags == nullptr) return no_such_resource(*arn);
  for (const auto& [key, value] : given) tags->insert_or_assign(key, value);
  ++revision_;
  return json::object{};
}

reply eventbridge_service::untag_resource(const operation_call& call) {
  input_reader in(call.input);
  const auto arn = in.text("ResourceARN", {.required = true, .length_min = 1, .length_max = 1600});
  const auto* const keys =
      in.texts("TagKeys", {.required = true}, {.length_min = 1, .length_max = 128});
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
