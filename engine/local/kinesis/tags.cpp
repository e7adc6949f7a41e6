#include "local/call/input_reader.hpp"
#include "local/kinesis/errors.hpp"
#include "local/kinesis/service.hpp"

#include <boost/json/array.hpp>

/// Tags of a stream: under its name in the older calls, under its ARN in those that AWS has for
/// every kind of resource.
namespace tidewire::local {
namespace {

namespace json = boost::json;

constexpr std::size_t tags_max = 50;

const json::array* read_keys(input_reader& in) {
  return in.texts("TagKeys",
                  {.required = true, .count_min = 1, .count_max = 50},
                  {.length_min = 1, .length_max = 128});
}

}  // namespace

std::map<std::string, std::string> kinesis_service::read_tags(input_reader& in, bool required) {
  std::map<std::string, std::string> out;
  const auto* const given = in.text_map("Tags",
                                        {.required = required, .count_min = 1, .count_max = 200},
                                        {.length_min = 1, .length_max = 128},
                                        {.length_min = 0, .length_max = 256});
  if (given == nullptr) return out;
  for (const auto& [key, value] : *given)
    out[key] = value.is_string() ? std::string(value.get_string()) : std::string();
  return out;
}

kinesis_service::or_error<kinesis_stream*> kinesis_service::named_resource(input_reader& in) {
  const auto arn = in.text("ResourceARN", {.required = true, .length_min = 1, .length_max = 2048});
  if (auto problem = in.problem()) return *problem;
  return find_stream(std::nullopt, arn);
}

reply kinesis_service::add_tags(const operation_call& call, bool by_arn) {
  input_reader in(call.input);
  auto kept = read_tags(in, true);
  const auto found = by_arn ? named_resource(in) : named_stream(in);
  if (found.has_error()) return found.error();
  kept.insert((*found)->tags.begin(), (*found)->tags.end());  // what is new is there already
  if (kept.size() > tags_max)
    return invalid_argument("Failed to add tags to stream " + (*found)->name +
                            " because it would have more than 50 tags.");
  (*found)->tags = std::move(kept);
  streams_changed();
  return json::object{};
}

reply kinesis_service::remove_tags(const operation_call& call, bool by_arn) {
  input_reader in(call.input);
  const auto* const keys = read_keys(in);
  const auto found = by_arn ? named_resource(in) : named_stream(in);
  if (found.has_error()) return found.error();
  for (const auto& key : *keys)
    if (key.is_string()) (*found)->tags.erase(std::string(key.get_string()));
  streams_changed();
  return json::object{};
}

reply kinesis_service::list_tags(const operation_call& call) {
  input_reader in(call.input);
  const auto limit = in.number("Limit", {.min = 1, .max = 50});
  const auto after = in.text("ExclusiveStartTagKey", {.length_min = 1, .length_max = 128});
  const auto found = named_stream(in);
  if (found.has_error()) return found.error();
  const auto& tags = (*found)->tags;
  json::array out;
  auto at = after ? tags.upper_bound(std::string(*after)) : tags.begin();
  for (; at != tags.end() && static_cast<std::int64_t>(out.size()) < limit.value_or(50); ++at)
    out.push_back(json::object{{"Key", at->first}, {"Value", at->second}});
  return json::object{{"Tags", std::move(out)}, {"HasMoreTags", at != tags.end()}};
}

reply kinesis_service::list_tags_by_arn(const operation_call& call) {
  input_reader in(call.input);
  const auto found = named_resource(in);
  if (found.has_error()) return found.error();
  json::array out;
  for (const auto& [key, value] : (*found)->tags)
    out.push_back(json::object{{"Key", key}, {"Value", value}});
  return json::object{{"Tags", std::move(out)}};
}

}  // namespace tidewire::local
