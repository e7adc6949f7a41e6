#include "local/wire/cbor.hpp"

#include <bit>
#include <cmath>

namespace tidewire::local::cbor {
namespace {

void append_big(std::string& out, std::uint64_t value, unsigned size) {
  for (unsigned i = size; i-- > 0;) out.push_back(static_cast<char>(value >> (8U * i) & 0xffU));
}

void append_integer(std::string& out, std::int64_t value) {
  if (value < 0)
    append_head(out, 1, static_cast<std::uint64_t>(-1 - value));
  else
    append_head(out, 0, static_cast<std::uint64_t>(value));
}

void append_real(std::string& out, double value) {
  out.push_back(static_cast<char>(0xfb));
  append_big(out, std::bit_cast<std::uint64_t>(value), 8);
}

void append_object(std::string& out, const boost::json::object& object) {
  append_head(out, major_map, object.size());
  for (const auto& [name, member] : object) {
    append_text(out, name);
    if (member.is_number() && std::string_view(name).ends_with("Timestamp"))
      append_timestamp(out, std::llround(member.to_number<double>() * 1000));
    else
      append_json(out, member);
  }
}

}  // namespace

void append_head(std::string& out, unsigned major, std::uint64_t argument) {
  const auto head = [&](unsigned low) { out.push_back(static_cast<char>(major << 5U | low)); };
  if (argument < 24) {
    head(static_cast<unsigned>(argument));
  } else if (argument <= 0xff) {
    head(24);
    append_big(out, argument, 1);
  } else if (argument <= 0xffff) {
    head(25);
    append_big(out, argument, 2);
  } else if (argument <= 0xffffffff) {
    head(26);
    append_big(out, argument, 4);
  } else {
    head(27);
    append_big(out, argument, 8);
  }
}

void append_text(std::string& out, std::string_view text) {
  append_head(out, 3, text.size());
  out.append(text);
}

void append_bytes(std::string& out, std::string_view bytes) {
  append_head(out, 2, bytes.size());
  out.append(bytes);
}

void append_timestamp(std::string& out, std::int64_t unix_ms) {
  append_head(out, 6, 1);
  append_integer(out, unix_ms);
}

void append_json(std::string& out, const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      out.push_back(static_cast<char>(0xf6));
      break;
    case boost::json::kind::bool_:
      out.push_back(static_cast<char>(value.get_bool() ? 0xf5 : 0xf4));
      break;
    case boost::json::kind::int64:
      append_integer(out, value.get_int64());
      break;
    case boost::json::kind::uint64:
      append_head(out, 0, value.get_uint64());
      break;
    case boost::json::kind::double_:
      append_real(out, value.get_double());
      break;
    case boost::json::kind::string:
      append_text(out, value.get_string());
      break;
    case boost::json::kind::array:
      append_head(out, major_array, value.get_array().size());
      for (const auto& member : value.get_array()) append_json(out, member);
      break;
    case boost::json::kind::object:
      append_object(out, value.get_object());
      break;
  }
}

}  // namespace tidewire::local::cbor
