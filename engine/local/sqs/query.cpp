#include "local/sqs/query.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace tidewire::local {
namespace {

namespace json = boost::json;

/// A form as a tree: `Attribute.1.Name=x` is under "Attribute", "1", "Name".
struct form_node {
  std::string value;
  std::map<std::string, form_node, std::less<>> children;

  const form_node* child(std::string_view name) const {
    const auto found = children.find(name);
    return found == children.end() ? nullptr : &found->second;
  }

  /// The children called 1, 2, 3, … by rising number.
  std::vector<const form_node*> numbered() const {
    std::vector<std::pair<std::uint64_t, const form_node*>> found;
    for (const auto& [name, node] : children) {
      std::uint64_t number = 0;
      const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
      if (error == std::errc{} && end == name.data() + name.size())
        found.emplace_back(number, &node);
    }
    std::sort(found.begin(), found.end());
    std::vector<const form_node*> out;
    for (const auto& [number, node] : found) out.push_back(node);
    return out;
  }
};

constexpr int depth_max = 8;

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string form_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(text[i] == '+' ? ' ' : text[i]);
    }
  }
  return out;
}

template <class Visit>
void each_parameter(std::string_view form, const Visit& visit) {
  while (!form.empty()) {
    const auto ampersand = form.find('&');
    const auto one = form.substr(0, ampersand);
    form = ampersand == std::string_view::npos ? std::string_view{} : form.substr(ampersand + 1);
    const auto equals = one.find('=');
    if (one.empty()) continue;
    visit(one.substr(0, equals),
          equals == std::string_view::npos ? std::string_view{} : one.substr(equals + 1));
  }
}

form_node parse_form(std::string_view form) {
  form_node root;
  each_parameter(form, [&](std::string_view raw_name, std::string_view raw_value) {
    const std::string name = form_decoded(raw_name);
    form_node* node = &root;
    std::string_view rest = name;
    for (int depth = 0; depth < depth_max && !rest.empty(); ++depth) {
      const auto dot = rest.find('.');
      node = &node->children[std::string(rest.substr(0, dot))];
      rest = dot == std::string_view::npos ? std::string_view{} : rest.substr(dot + 1);
    }
    node->value = form_decoded(raw_value);
  });
  return root;
}

constexpr std::array integer_members{std::string_view("DelaySeconds"),
                                     std::string_view("MaxNumberOfMessages"),
                                     std::string_view("VisibilityTimeout"),
                                     std::string_view("WaitTimeSeconds"),
                                     std::string_view("MaxResults"),
                                     std::string_view("MaxNumberOfMessagesPerSecond")};

/// Text stays text where it is not the number that it should be, so that the service refuses it by
/// name.
json::value scalar(std::string_view name, const std::string& text) {
  if (std::find(integer_members.begin(), integer_members.end(), name) == integer_members.end())
    return json::value(text);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return json::value(text);
  return json::value(number);
}

/// `X.1.Name=a&X.1.Value=b` (or Key and Value) as {"a": "b"}.
json::object map_of(const form_node& node, std::string_view key_name, std::string_view value_name) {
  json::object out;
  for (const auto* const pair : node.numbered()) {
    const auto* const key = pair->child(key_name);
    const auto* const value = pair->child(value_name);
    if (key != nullptr) out[key->value] = value != nullptr ? value->value : std::string();
  }
  return out;
}

json::object attributes_of(const form_node& node) {
  json::object out;
  for (const auto* const one : node.numbered()) {
    const auto* const name = one->child("Name");
    const auto* const value = one->child("Value");
    if (name == nullptr) continue;
    json::object& members = out[name->value].emplace_object();
    if (value == nullptr) continue;
    for (const std::string_view member : {"DataType", "StringValue", "BinaryValue"})
      if (const auto* const text = value->child(member)) members[member] = text->value;
  }
  return out;
}

json::array texts_of(const form_node& node) {
  json::array out;
  for (const auto* const one : node.numbered()) out.emplace_back(one->value);
  return out;
}

/// What a list or map is called in a form, and in JSON.
struct renamed {
  std::string_view form;
  std::string_view json;
};
constexpr std::array text_lists{
    renamed{"AttributeName", "AttributeNames"},
    renamed{"MessageSystemAttributeName", "MessageSystemAttributeNames"},
    renamed{"MessageAttributeName", "MessageAttributeNames"},
    renamed{"TagKey", "TagKeys"},
    renamed{"ActionName", "Actions"},
    renamed{"AWSAccountId", "AWSAccountIds"}};
constexpr std::array entry_lists{std::string_view("SendMessageBatchRequestEntry"),
                                 std::string_view("DeleteMessageBatchRequestEntry"),
                                 std::string_view("ChangeMessageVisibilityBatchRequestEntry")};

json::object members_of(const form_node& node) {
  json::object out;
  for (const auto& [name, child] : node.children) {
    if (child.children.empty()) {
      out[name] = scalar(name, child.value);
      continue;
    }
    if (name == "Attribute") out["Attributes"] = map_of(child, "Name", "Value");
    if (name == "Tag") out["Tags"] = map_of(child, "Key", "Value");
    if (name == "MessageAttribute") out["MessageAttributes"] = attributes_of(child);
    if (name == "MessageSystemAttribute") out["MessageSystemAttributes"] = attributes_of(child);
    for (const auto& list : text_lists)
      if (name == list.form) out[list.json] = texts_of(child);
    if (std::find(entry_lists.begin(), entry_lists.end(), name) != entry_lists.end()) {
      json::array& entries = out["Entries"].emplace_array();
      for (const auto* const entry : child.numbered()) entries.push_back(members_of(*entry));
    }
  }
  return out;
}

}  // namespace

std::string_view form_of(const http::request& message) noexcept {
  const auto type = http::find_header(message.headers, "Content-Type");
  if (message.method == "POST" && type.starts_with("application/x-www-form-urlencoded"))
    return message.body;
  const auto question = message.target.find('?');
  return question == std::string::npos ? std::string_view{}
                                       : std::string_view(message.target).substr(question + 1);
}

std::string query_action(const http::request& message) {
  std::string action;
  each_parameter(form_of(message), [&](std::string_view name, std::string_view value) {
    if (name == "Action") action = form_decoded(value);
  });
  return action;
}

json::object query_input(std::string_view form, std::string_view base_url, std::string_view path) {
  json::object out = members_of(parse_form(form));
  out.erase("Action");
  out.erase("Version");
  const auto plain_path = path.substr(0, path.find('?'));
  if (!out.contains("QueueUrl") && plain_path.size() > 1)
    out["QueueUrl"] = std::string(base_url) + std::string(plain_path);
  // CreateQueue's tags are `tags` in JSON and Tag.N in the form, like TagQueue's `Tags`.
  if (out.contains("QueueName") && out.contains("Tags")) {
    out["tags"] = out["Tags"];
    out.erase("Tags");
  }
  return out;
}

}  // namespace tidewire::local
