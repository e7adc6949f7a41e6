#include "local/wire/body.hpp"

#include "local/wire/cbor.hpp"

#include <boost/json/parse.hpp>

#include <utility>

namespace tidewire::local {

api_error unreadable_body(std::string message) {
  return {.code = "SerializationException", .message = std::move(message)};
}

boost::system::result<boost::json::object, api_error> parse_input(body_format format,
                                                                  std::string_view body) {
  if (body.empty()) return boost::json::object{};
  boost::json::value document;
  if (format == body_format::cbor) {
    auto read = cbor::to_json(body);
    if (!read) return unreadable_body();
    document = std::move(*read);
  } else {
    boost::system::error_code error;
    document = boost::json::parse(body, error);
    if (error) return unreadable_body();
  }
  if (!document.is_object()) return unreadable_body("The request body is not a structure.");
  return std::move(document.get_object());
}

}  // namespace tidewire::local
