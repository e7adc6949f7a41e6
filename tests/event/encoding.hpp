#pragma once

#include "event/value_encoder.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace tidewire::event::test {

/// What an encoder makes of a text; "(unrepresentable)" where it refuses it.
inline std::string written(const value_encoder& encoder, std::string_view text) {
  byte_buffer out;
  value_scratch scratch;
  if (!encoder(text, out, scratch)) return "(unrepresentable)";
  return std::string(out.view());
}

inline std::string written(encode_function encode, std::string_view text, int scale = 0) {
  value_encoder encoder;
  encoder.encode = encode;
  encoder.scale = scale;
  return written(encoder, text);
}

}  // namespace tidewire::event::test
