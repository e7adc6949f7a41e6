#include "event/encode_scalar.hpp"

#include "event/event_string.hpp"
#include "event/java_number.hpp"

#include <charconv>
#include <limits>

namespace tidewire::event::encode {
namespace {

/// PostgreSQL spells the special numbers NaN, Infinity, -Infinity.
template <class Float>
bool parse_float(std::string_view text, Float& value) noexcept {
  if (text == "NaN") {
    value = std::numeric_limits<Float>::quiet_NaN();
  } else if (text == "Infinity") {
    value = std::numeric_limits<Float>::infinity();
  } else if (text == "-Infinity") {
    value = -std::numeric_limits<Float>::infinity();
  } else {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
  }
  return true;
}

}  // namespace

bool boolean(const value_encoder&, std::string_view text, byte_buffer& out, value_scratch&) {
  if (text == "t" || text == "true") {
    out.append("true");
  } else if (text == "f" || text == "false") {
    out.append("false");
  } else {
    return false;
  }
  return true;
}

bool single_bit(const value_encoder&, std::string_view text, byte_buffer& out, value_scratch&) {
  if (text == "1") {
    out.append("true");
  } else if (text == "0") {
    out.append("false");
  } else {
    return false;
  }
  return true;
}

bool integer(const value_encoder&, std::string_view text, byte_buffer& out, value_scratch&) {
  std::string_view digits = text;
  if (digits.starts_with('-')) digits.remove_prefix(1);
  constexpr std::size_t digits_max = 19;  // of a 64-bit number
  if (digits.empty() || digits.size() > digits_max) return false;
  if (digits.size() > 1 && digits.front() == '0') return false;  // no number in JSON
  for (const char c : digits)
    if (c < '0' || c > '9') return false;
  out.append(text);
  return true;
}

bool float32(const value_encoder&, std::string_view text, byte_buffer& out, value_scratch&) {
  float value = 0;
  if (!parse_float(text, value)) return false;
  append_java_float(out, value);
  return true;
}

bool float64(const value_encoder&, std::string_view text, byte_buffer& out, value_scratch&) {
  double value = 0;
  if (!parse_float(text, value)) return false;
  append_java_double(out, value);
  return true;
}

bool string(const value_encoder&, std::string_view text, byte_buffer& out, value_scratch&) {
  append_event_string(out, text);
  return true;
}

bool nothing(const value_encoder&, std::string_view, byte_buffer&, value_scratch&) {
  return false;
}

}  // namespace tidewire::event::encode
