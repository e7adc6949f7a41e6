#include "event/placeholder.hpp"

#include "base/base64.hpp"
#include "base/byte_buffer.hpp"
#include "event/binary_text.hpp"
#include "event/md5.hpp"

namespace tidewire::event {

std::string placeholder_text(const options& how) {
  constexpr std::string_view hex_mark = "hex:";
  const std::string& text = how.unavailable_placeholder;
  if (!text.starts_with(hex_mark)) return text;
  byte_buffer bytes;
  if (!append_bytes_of_hex(bytes, "\\x" + text.substr(hex_mark.size()))) return text;
  return std::string(bytes.view());
}

std::string json_base64(std::string_view bytes) {
  return "\"" + to_base64(bytes) + "\"";
}

std::string name_uuid(std::string_view bytes) {
  md5_digest digest = md5(bytes);
  constexpr unsigned version = 3;
  digest[6] = static_cast<std::uint8_t>((digest[6] & 0x0FU) | version << 4U);
  digest[8] = static_cast<std::uint8_t>((digest[8] & 0x3FU) | 0x80U);
  byte_buffer hex;
  append_hex(hex, {reinterpret_cast<const char*>(digest.data()), digest.size()});
  std::string out;
  for (std::size_t i = 0; i < hex.size(); ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) out += '-';
    out += hex.data()[i];
  }
  return out;
}

}  // namespace tidewire::event
