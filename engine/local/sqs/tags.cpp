#include "local/sqs/tags.hpp"

#include "local/call/input_reader.hpp"
#include "local/sqs/errors.hpp"
#include "local/sqs/input.hpp"
#include "local/sqs/service.hpp"

namespace tidewire::local {
namespace {

namespace json = boost::json;

constexpr std::size_t tags_max = 50;

api_error bad_tag_key() {
  return sqs_errors::invalid_parameter("Tag keys must be between 1 and 128 characters in length.");
}

}  // namespace

std::optional<api_error> check_tags(const json::object& tags) {
  constexpr std::size_t key_characters_max = 128;
  constexpr std::size_t value_characters_max = 256;
  for (const auto& [key, value] : tags) {
    const auto characters = character_count(key);
    if (characters == 0 || characters > key_characters_max) return bad_tag_key();
    if (value.is_string() && character_count(value.get_string()) > value_characters_max)
      return sqs_errors::invalid_parameter(
          "Tag values must be between 0 and 256 characters in length.");
  }
  return std::nullopt;
}

reply sqs_service::tag_queue(const operation_call& call) {
  const auto q = named_queue(call);
  if (q.has_error()) return q.error();
  const auto* const tags = object_in(call.input, "Tags");
  if (tags == nullptr || tags->empty()) return sqs_errors::missing_parameter("Tags");
  if (auto error = check_tags(*tags)) return *error;
  auto kept = (*q)->tags;
  for (const auto& [key, value] : *tags)
    kept[key] = value.is_string() ? std::string(value.get_string()) : std::string();
  if (kept.size() > tags_max)
    return sqs_errors::invalid_parameter("Too many tags added for queue " + (*q)->name + ".");
  (*q)->tags = std::move(kept);
  queues_changed();
  return json::object{};
}

reply sqs_service::untag_queue(const operation_call& call) {
  const auto q = named_queue(call);
  if (q.has_error()) return q.error();
  const auto* const keys = array_in(call.input, "TagKeys");
  if (keys == nullptr) return sqs_errors::missing_parameter("TagKeys");
  if (keys->empty()) return bad_tag_key();
  for (const auto& key : *keys)
    if (key.is_string()) (*q)->tags.erase(std::string(key.get_string()));
  queues_changed();
  return json::object{};
}

reply sqs_service::list_tags(const operation_call& call) {
  const auto q = named_queue(call);
  if (q.has_error()) return q.error();
  if ((*q)->tags.empty()) return json::object{};
  json::object tags;
  for (const auto& [key, value] : (*q)->tags) tags[key] = value;
  return json::object{{"Tags", std::move(tags)}};
}

}  // namespace tidewire::local
