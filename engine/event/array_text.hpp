#pragma once

#include "base/byte_buffer.hpp"

#include <cstdint>
#include <string_view>

namespace tidewire::event {

/// Walks over the outermost elements of an array as PostgreSQL prints it: `{1,NULL,"b c"}`,
/// `{{1,2},{3,4}}`,
/// `[0:1]={1,2}`.
class array_reader {
 public:
  enum class item : std::uint8_t { null, text, nested, end, malformed };

  /// Both must outlive the reader. `delimiter` is the element type's, a comma for all but box.
  array_reader(std::string_view array, char delimiter, byte_buffer& unescaped) noexcept;

  /// Steps to the next element. `text` points into the array or, where it held escapes, into
  /// `unescaped`, and is valid until the next call. After `end` or `malformed` there is nothing
  /// more.
  item next(std::string_view& text);

 private:
  item read_quoted(std::string_view& text);
  item read_plain(std::string_view& text) noexcept;
  item skip_nested() noexcept;
  bool after_element() noexcept;

  std::string_view rest_;
  byte_buffer* unescaped_;
  char delimiter_;
  bool malformed_ = false;
  bool first_ = true;
  bool ended_ = false;
};

}  // namespace tidewire::event
