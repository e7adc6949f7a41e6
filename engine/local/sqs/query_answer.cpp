#include "local/sqs/query.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace tidewire::local {
namespace {

namespace json = boost::json;

constexpr std::string_view name_space = "http://queue.amazonaws.com/doc/2012-11-05/";

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out.append("&amp;");
        break;
      case '<':
        out.append("&lt;");
        break;
      case '>':
        out.append("&gt;");
        break;
      case '"':
        out.append("&quot;");
        break;
      case '\r':
        out.append("&#xd;");
        break;  // a parser would turn it into a line feed
      default:
        out.push_back(c);
    }
  }
}

class element {
 public:
  element(std::string& out, std::string_view name) : out_(out), name_(name) {
    out_.append("<").append(name_).append(">");
  }
  ~element() { out_.append("</").append(name_).append(">"); }
  element(const element&) = delete;
  element& operator=(const element&) = delete;

 private:
  std::string& out_;
  std::string_view name_;
};

void append_text(std::string& out, std::string_view name, const json::value& value) {
  const element around(out, name);
  if (value.is_string())
    append_escaped(out, value.get_string());
  else
    append_escaped(out, json::serialize(value));
}

/// {"a": "b"} as <Attribute><Name>a</Name><Value>b</Value></Attribute>…
void append_map(std::string& out,
                std::string_view name,
                std::string_view key_name,
                const json::object& map) {
  for (const auto& [key, value] : map) {
    const element around(out, name);
    append_text(out, key_name, json::value(key));
    append_text(out, "Value", value);
  }
}

void append_members(std::string& out, const json::object& members, const std::string& operation);

void append_message_attributes(std::string& out, const json::object& attributes) {
  for (const auto& [name, value] : attributes) {
    const element around(out, "MessageAttribute");
    append_text(out, "Name", json::value(name));
    const element inner(out, "Value");
    if (!value.is_object()) continue;
    for (const auto& [member, text] : value.get_object()) append_text(out, member, text);
  }
}

/// What one member of a list is called, which hangs on the operation for the entries of batches.
std::string item_name(std::string_view list, const std::string& operation) {
  if (list == "QueueUrls" || list == "queueUrls") return "QueueUrl";
  if (list == "Messages") return "Message";
  if (list == "Successful") return operation + "ResultEntry";
  if (list == "Failed") return "BatchResultErrorEntry";
  return operation + "ResultEntry";
}

void append_member(std::string& out,
                   std::string_view name,
                   const json::value& value,
                   const std::string& operation) {
  if (value.is_object()) {
    if (name == "Attributes")
      append_map(out, "Attribute", "Name", value.get_object());
    else if (name == "Tags")
      append_map(out, "Tag", "Key", value.get_object());
    else if (name == "MessageAttributes")
      append_message_attributes(out, value.get_object());
    return;
  }
  if (!value.is_array()) {
    append_text(out, name, value);
    return;
  }
  for (const auto& item : value.get_array()) {
    const std::string item_element = item_name(name, operation);
    if (!item.is_object()) {
      append_text(out, item_element, item);
      continue;
    }
    const element around(out, item_element);
    append_members(out, item.get_object(), operation);
  }
}

void append_members(std::string& out, const json::object& members, const std::string& operation) {
  for (const auto& [name, value] : members) append_member(out, name, value, operation);
}

/// These answer with nothing at all; every other operation has its result element even when it is
/// empty.
bool has_result(std::string_view operation) {
  constexpr std::array without{std::string_view("AddPermission"),
                               std::string_view("RemovePermission"),
                               std::string_view("DeleteMessage"),
                               std::string_view("ChangeMessageVisibility"),
                               std::string_view("DeleteQueue"),
                               std::string_view("PurgeQueue"),
                               std::string_view("SetQueueAttributes"),
                               std::string_view("TagQueue"),
                               std::string_view("UntagQueue")};
  return std::find(without.begin(), without.end(), operation) == without.end();
}

std::string begun(std::string_view root) {
  std::string out = "<?xml version=\"1.0\"?><";
  return out.append(root).append(" xmlns=\"").append(name_space).append("\">");
}

}  // namespace

std::string query_answer(const std::string& operation,
                         const json::object& members,
                         const std::string& request_id) {
  std::string out = begun(operation + "Response");
  if (has_result(operation)) {
    const std::string result = operation + "Result";
    const element around(out, result);
    append_members(out, members, operation);
  }
  {
    const element metadata(out, "ResponseMetadata");
    append_text(out, "RequestId", json::value(request_id));
  }
  return out.append("</").append(operation).append("Response>");
}

std::string query_error(const api_error& error, const std::string& request_id) {
  std::string out = begun("ErrorResponse");
  {
    const element around(out, "Error");
    append_text(out, "Type", json::value(error.status >= 500 ? "Receiver" : "Sender"));
    append_text(out, "Code", json::value(error.code));
    append_text(out, "Message", json::value(error.message));
    out.append("<Detail/>");
  }
  append_text(out, "RequestId", json::value(request_id));
  return out.append("</ErrorResponse>");
}

}  // namespace tidewire::local
