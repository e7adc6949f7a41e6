#include "transform/date_format.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

/// A pattern and a text, parted by the first byte of value 1: a time that was read can be written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using tidewire::transform::date_format;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto middle = bytes.find('\x01');
  if (middle == std::string_view::npos) return 0;
  const auto format = date_format::compile(bytes.substr(0, middle));
  if (!format) return 0;
  if (const auto at = format->read(bytes.substr(middle + 1))) static_cast<void>(format->write(*at));
  return 0;
}
