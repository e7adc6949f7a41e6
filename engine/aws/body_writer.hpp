#pragma once

#include "base/byte_buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tidewire::aws {

enum class body_format : std::uint8_t { json, cbor };

/// Appends a request's body to a text, in the format of the protocol; what is said once here goes
/// out as either. Counts of maps and arrays are told in advance, as CBOR wants them.
class body_writer {
 public:
  body_writer(std::string& out, body_format format) : out_(out), format_(format) {}

  void begin_map(std::size_t members);
  void end_map();
  void begin_array(std::size_t elements);
  void end_array();
  void key(std::string_view name);

  void text(std::string_view value);
  void blob(std::string_view bytes);  // base64 in JSON
  void integer(std::int64_t value);
  void boolean(bool value);
  void time_ms(std::int64_t unix_ms);  // seconds with three decimals in JSON, tag 1 with
                                       // milliseconds in CBOR

  bool is_json() const noexcept { return format_ == body_format::json; }
  /// A part of a body in CBOR, put together by the caller.
  void cbor(std::string_view part) { out_.append(part); }

  void text(std::string_view name, std::string_view value) { key(name), text(value); }
  void integer(std::string_view name, std::int64_t value) { key(name), integer(value); }

 private:
  void comma() {
    if (comma_due_) out_.push_back(',');
    comma_due_ = true;
  }
  void append_in_pieces(void (*append)(byte_buffer&, std::string_view), std::string_view bytes);

  std::string& out_;
  body_format format_;
  bool comma_due_ = false;
  byte_buffer scratch_;  // of what has to be escaped or encoded
};

/// How many bytes of a body at most go to a blob, with its quotes or head.
std::size_t blob_size(body_format format, std::size_t bytes) noexcept;

}  // namespace tidewire::aws
