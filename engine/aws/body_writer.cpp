#include "aws/body_writer.hpp"

#include "aws/cbor.hpp"
#include "base/base64.hpp"
#include "base/json_text.hpp"

namespace tidewire::aws {
namespace {

/// What is escaped or encoded at a time: a large value is not held once more for it. A multiple of
/// three, of which base64 makes whole groups.
constexpr std::size_t piece_bytes = 3U * 16U * 1024U;

}  // namespace

void body_writer::begin_map(std::size_t members) {
  if (!is_json()) return cbor::append_head(out_, cbor::major::map, members);
  comma();
  out_.push_back('{');
  comma_due_ = false;
}

void body_writer::end_map() {
  if (!is_json()) return;
  out_.push_back('}');
  comma_due_ = true;
}

void body_writer::begin_array(std::size_t elements) {
  if (!is_json()) return cbor::append_head(out_, cbor::major::array, elements);
  comma();
  out_.push_back('[');
  comma_due_ = false;
}

void body_writer::end_array() {
  if (!is_json()) return;
  out_.push_back(']');
  comma_due_ = true;
}

void body_writer::key(std::string_view name) {
  text(name);
  if (!is_json()) return;
  out_.push_back(':');
  comma_due_ = false;
}

void body_writer::text(std::string_view value) {
  if (!is_json()) return cbor::append_text(out_, value);
  comma();
  out_.push_back('"');
  if (find_json_special(value) == value.size()) {
    out_.append(value);
  } else {
    append_in_pieces(append_json_escaped, value);
  }
  out_.push_back('"');
}

void body_writer::blob(std::string_view bytes) {
  if (!is_json()) return cbor::append_bytes(out_, bytes);
  comma();
  out_.push_back('"');
  void (*const encode)(byte_buffer&, std::string_view) = append_base64;
  append_in_pieces(encode, bytes);
  out_.push_back('"');
}

void body_writer::append_in_pieces(void (*append)(byte_buffer&, std::string_view),
                                   std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, piece_bytes);
    scratch_.clear();
    append(scratch_, piece);
    out_.append(scratch_.view());
    bytes.remove_prefix(piece.size());
  }
}

void body_writer::integer(std::int64_t value) {
  if (!is_json()) return cbor::append_integer(out_, value);
  comma();
  out_.append(std::to_string(value));
}

void body_writer::boolean(bool value) {
  if (!is_json()) return cbor::append_boolean(out_, value);
  comma();
  out_.append(value ? "true" : "false");
}

void body_writer::time_ms(std::int64_t unix_ms) {
  if (!is_json()) {
    cbor::append_head(out_, cbor::major::tag, cbor::timestamp_tag);
    return cbor::append_integer(out_, unix_ms);
  }
  comma();
  if (unix_ms < 0) out_.push_back('-');
  const auto size = static_cast<std::uint64_t>(unix_ms < 0 ? -unix_ms : unix_ms);
  out_.append(std::to_string(size / 1000));
  const std::string thousandths = std::to_string(1000 + size % 1000);
  out_.append(".").append(thousandths, 1);
}

std::size_t blob_size(body_format format, std::size_t bytes) noexcept {
  constexpr std::size_t head_max = 9;
  return format == body_format::json ? base64_size(bytes) + 3 : bytes + head_max;
}

}  // namespace tidewire::aws
