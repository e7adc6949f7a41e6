#include "local/sqs/message.hpp"

#include "base/base64.hpp"
#include "local/call/digest.hpp"
#include "local/sqs/errors.hpp"
#include "local/sqs/input.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <charconv>
#include <map>

namespace tidewire::local {
namespace {

namespace json = boost::json;

constexpr std::size_t attributes_max = 10;
constexpr std::size_t attribute_name_max = 256;

/// The next character; 0xffffffff if the bytes are not UTF-8.
char32_t take_character(std::string_view& rest) noexcept {
  constexpr char32_t bad = 0xffffffff;
  const auto lead = static_cast<unsigned char>(rest.front());
  const std::size_t size = lead < 0x80                   ? 1
                           : lead >= 0xf0 && lead < 0xf5 ? 4
                           : lead >= 0xe0 && lead < 0xf0 ? 3
                           : lead >= 0xc2 && lead < 0xe0 ? 2
                                                         : 0;
  if (size == 0 || size > rest.size()) return bad;
  char32_t out = size == 1 ? lead : lead & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = static_cast<unsigned char>(rest[i]);
    if ((next & 0xc0U) != 0x80U) return bad;
    out = out << 6U | (next & 0x3fU);
  }
  if ((size == 3 && out < 0x800) || (size == 4 && (out < 0x10000 || out > 0x10ffff))) return bad;
  rest.remove_prefix(size);
  return out;
}

bool is_binary(const json::object& attribute) {
  return text_in(attribute, "DataType").starts_with("Binary");
}

/// The bytes that count and are digested.
std::string value_of(const json::object& attribute) {
  if (!is_binary(attribute)) return std::string(text_in(attribute, "StringValue"));
  return from_base64(text_in(attribute, "BinaryValue")).value_or(std::string());
}

bool is_attribute_name(std::string_view name) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  return !name.empty() && name.size() <= attribute_name_max &&
         std::all_of(name.begin(), name.end(), good) && name.front() != '.' && name.back() != '.' &&
         name.find("..") == std::string_view::npos && !name.starts_with("AWS.") &&
         !name.starts_with("Amazon.");
}

bool is_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return !text.empty() && end == text.data() + text.size() && error != std::errc::invalid_argument;
}

std::optional<api_error> check_attribute(std::string_view name, const json::value& value) {
  const std::string quoted = "'" + std::string(name) + "'";
  if (!is_attribute_name(name))
    return sqs_errors::invalid_parameter("Message attribute name " + quoted + " is invalid.");
  if (!value.is_object())
    return sqs_errors::invalid_parameter("The message attribute " + quoted +
                                         " must be a structure.");
  const auto& attribute = value.get_object();
  const auto type = text_in(attribute, "DataType");
  if (type.empty())
    return sqs_errors::invalid_parameter("The message attribute " + quoted +
                                         " must contain a non-empty message attribute type.");
  const auto base = type.substr(0, type.find('.'));
  if (base != "String" && base != "Number" && base != "Binary")
    return sqs_errors::invalid_parameter("The message attribute " + quoted +
                                         " has an invalid message attribute type, the set of "
                                         "supported type prefixes is Binary, Number, and String.");
  const auto text = text_in(attribute, base == "Binary" ? "BinaryValue" : "StringValue");
  if (text.empty())
    return sqs_errors::invalid_parameter(
        "The message attribute " + quoted +
        " must contain a non-empty message attribute value for message attribute type '" +
        std::string(base) + "'.");
  if (base == "Number" && !is_number(text))
    return sqs_errors::invalid_parameter("Could not cast message attribute " + quoted +
                                         " value to number.");
  if (base == "Binary" && !from_base64(text))
    return sqs_errors::invalid_parameter("The message attribute " + quoted + " is not base64.");
  if (base == "String" && !has_only_allowed_characters(text))
    return api_error{
        .code = "InvalidMessageContents",
        .message = "The message attribute " + quoted + " holds a character that is not allowed."};
  return std::nullopt;
}

void append_measured(std::string& out, std::string_view text) {
  for (unsigned i = 4; i-- > 0;) out.push_back(static_cast<char>(text.size() >> (8U * i) & 0xffU));
  out.append(text);
}

std::size_t size_of(const json::object& attributes) {
  std::size_t size = 0;
  for (const auto& [name, value] : attributes)
    if (value.is_object())
      size += name.size() + text_in(value.get_object(), "DataType").size() +
              value_of(value.get_object()).size();
  return size;
}

}  // namespace

bool has_only_allowed_characters(std::string_view utf8) noexcept {
  while (!utf8.empty()) {
    const char32_t c = take_character(utf8);
    const bool allowed = c == 0x9 || c == 0xa || c == 0xd || (c >= 0x20 && c <= 0xd7ff) ||
                         (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
    if (!allowed) return false;
  }
  return true;
}

std::optional<api_error> check_message_attributes(const json::object& attributes) {
  if (attributes.size() > attributes_max)
    return sqs_errors::invalid_parameter("Number of message attributes [" +
                                         std::to_string(attributes.size()) +
                                         "] exceeds the allowed maximum [10].");
  for (const auto& [name, value] : attributes)
    if (auto error = check_attribute(name, value)) return error;
  return std::nullopt;
}

std::size_t size_of(const sqs_message& message) {
  return message.body.size() + size_of(message.attributes);
}

std::string md5_hex(std::string_view text) {
  return hex(md5(text));
}

std::string md5_of_attributes(const json::object& attributes) {
  if (attributes.empty()) return {};
  std::map<std::string_view, const json::object*> sorted;
  for (const auto& [name, value] : attributes)
    if (value.is_object()) sorted.emplace(name, &value.get_object());
  std::string bytes;
  for (const auto& [name, attribute] : sorted) {
    append_measured(bytes, name);
    append_measured(bytes, text_in(*attribute, "DataType"));
    bytes.push_back(is_binary(*attribute) ? '\2' : '\1');
    append_measured(bytes, value_of(*attribute));
  }
  return md5_hex(bytes);
}

}  // namespace tidewire::local
