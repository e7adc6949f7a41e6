#include "consumer/json_slices.hpp"

namespace tidewire::consumer {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view blank = " \t\r\n";

/// Where the value's text is, within the parsed copy.
bool text_of(ondemand::value value, std::string_view& text) {
  ondemand::json_type type{};
  if (value.type().get(type) != simdjson::SUCCESS) return false;
  if (type == ondemand::json_type::object) {
    ondemand::object inner;
    if (value.get_object().get(inner) != simdjson::SUCCESS ||
        inner.raw_json().get(text) != simdjson::SUCCESS)
      return false;
  } else if (type == ondemand::json_type::array) {
    ondemand::array inner;
    if (value.get_array().get(inner) != simdjson::SUCCESS ||
        inner.raw_json().get(text) != simdjson::SUCCESS)
      return false;
  } else {
    text = value.raw_json_token();
  }
  const auto last = text.find_last_not_of(blank);
  text = text.substr(0, last == std::string_view::npos ? 0 : last + 1);
  return true;
}

}  // namespace

members json_slicer::cut(std::string_view object) {
  padded_.reserve(object.size() + simdjson::SIMDJSON_PADDING);
  padded_.assign(object);
  members found;
  ondemand::document document;
  ondemand::object parsed;
  const simdjson::padded_string_view input(padded_.data(), padded_.size(), padded_.capacity());
  if (parser_.iterate(input).get(document) != simdjson::SUCCESS ||
      document.get_object().get(parsed) != simdjson::SUCCESS)
    return found;
  for (auto member : parsed) {
    ondemand::raw_json_string key;
    ondemand::value value;
    std::string_view text;
    if (member.key().get(key) != simdjson::SUCCESS ||
        member.value().get(value) != simdjson::SUCCESS || !text_of(value, text))
      break;
    const char* const name = key.raw();
    const char* end = name;
    while (*end != '"') end += *end == '\\' ? 2 : 1;
    // From the copy back to the caller's text.
    const auto same = [&](const char* at, std::size_t size) {
      return object.substr(static_cast<std::size_t>(at - padded_.data()), size);
    };
    found.emplace_back(same(name, static_cast<std::size_t>(end - name)),
                       same(text.data(), text.size()));
  }
  return found;
}

std::string_view member_of(const members& all, std::string_view name) noexcept {
  for (const auto& [key, text] : all)
    if (key == name) return text;
  return {};
}

}  // namespace tidewire::consumer
