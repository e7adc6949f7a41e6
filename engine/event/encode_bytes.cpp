#include "event/encode_bytes.hpp"

#include "base/base64.hpp"
#include "event/binary_text.hpp"

namespace tidewire::event::encode {
namespace {

using append_function = void (*)(byte_buffer&, std::string_view);

bool append_quoted(append_function append, std::string_view bytes, byte_buffer& out) {
  out.push_back('"');
  append(out, bytes);
  out.push_back('"');
  return true;
}

/// Of so many bytes at a time, which base64 makes whole groups of: a large value is not held once
/// more as bytes.
constexpr std::size_t piece_bytes = 3U * 16U * 1024U;

bool append_bytea(append_function append,
                  std::string_view text,
                  byte_buffer& out,
                  value_scratch& scratch) {
  if (!text.starts_with(hex_prefix)) return false;
  text.remove_prefix(hex_prefix.size());
  const std::size_t before = out.size();
  out.push_back('"');
  do {
    const std::string_view piece = text.substr(0, 2 * piece_bytes);
    text.remove_prefix(piece.size());
    scratch.bytes.clear();
    if (!append_bytes_of_digits(scratch.bytes, piece)) {
      out.truncate(before);
      return false;
    }
    append(out, scratch.bytes.view());
  } while (!text.empty());
  out.push_back('"');
  return true;
}

}  // namespace

bool bytea_base64(const value_encoder&,
                  std::string_view text,
                  byte_buffer& out,
                  value_scratch& scratch) {
  return append_bytea(append_base64, text, out, scratch);
}

bool bytea_base64_url_safe(const value_encoder&,
                           std::string_view text,
                           byte_buffer& out,
                           value_scratch& scratch) {
  return append_bytea(append_base64_url_safe, text, out, scratch);
}

bool bytea_hex(const value_encoder&,
               std::string_view text,
               byte_buffer& out,
               value_scratch& scratch) {
  return append_bytea(append_hex, text, out, scratch);
}

bool text_base64(const value_encoder&, std::string_view text, byte_buffer& out, value_scratch&) {
  return append_quoted(append_base64, text, out);
}

bool text_base64_url_safe(const value_encoder&,
                          std::string_view text,
                          byte_buffer& out,
                          value_scratch&) {
  return append_quoted(append_base64_url_safe, text, out);
}

bool text_hex(const value_encoder&, std::string_view text, byte_buffer& out, value_scratch&) {
  return append_quoted(append_hex, text, out);
}

bool bits(const value_encoder&, std::string_view text, byte_buffer& out, value_scratch& scratch) {
  scratch.bytes.clear();
  return append_bytes_of_bits(scratch.bytes, text) &&
         append_quoted(append_base64, scratch.bytes.view(), out);
}

}  // namespace tidewire::event::encode
