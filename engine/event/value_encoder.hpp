#pragma once

#include "base/byte_buffer.hpp"
#include "event/hstore_text.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tidewire::event {

/// Memory that encoders write intermediate bytes into, kept from one value to the next.
struct value_scratch {
  byte_buffer bytes;
  byte_buffer element;  // of an array, unescaped
  byte_buffer text;     // of a value that came in binary
  hstore_pairs pairs;
};

struct value_encoder;
struct value_mask;  // encode_masked.cpp

/// Appends one value to `out` as JSON. `text` is what the type's output function printed. False if
/// no event can hold the value or the text is not of the type; what was appended until then is the
/// caller's to take back.
using encode_function = bool (*)(const value_encoder& self,
                                 std::string_view text,
                                 byte_buffer& out,
                                 value_scratch& scratch);

/// How the values of one column (or of one array's elements) are written: a function and what it
/// needs to know.
struct value_encoder {
  encode_function encode = nullptr;
  std::int32_t scale = 0;  // of a decimal; digits of a fraction of a second
  char delimiter = ',';    // between the elements of an array
  bool elements_required =
      false;                      // a NULL among the elements makes the whole array unrepresentable
  std::string_view nested_class;  // an array in an array is shown as Java shows the identity of an
                                  // array of this class; as null where empty
  std::unique_ptr<value_encoder> element;  // of an array, or behind a truncation
  std::shared_ptr<const value_mask> mask;  // what stands for the value

  bool operator()(std::string_view text, byte_buffer& out, value_scratch& scratch) const {
    return encode(*this, text, out, scratch);
  }
};

}  // namespace tidewire::event
