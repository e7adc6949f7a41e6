#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tidewire::rules {

enum class json_token : std::uint8_t {
  begin_object,
  end_object,
  begin_array,
  end_array,
  name,
  string,
  number,
  literal_true,
  literal_false,
  literal_null,
  end,  // the document is complete and nothing but white space follows it
  bad,  // see error(); every later call answers bad as well
};

/// Walks once over a JSON text, token by token, and accepts exactly what RFC 8259 calls JSON.
/// Nothing is decoded until it is asked for, and numbers stay text: event patterns compare those
/// that no double can hold as they are written. The text must be valid UTF-8 (the caller checks, it
/// is far cheaper in one go) and outlive the reader.
class json_reader {
 public:
  static constexpr std::size_t depth_max =
      1000;  // PutEvents refuses deeper nesting; so do Jackson's readers

  explicit json_reader(std::string_view text) noexcept : text_(text) {}

  json_token next() noexcept;

  /// Walks over the value that begins with the token last read, to its last token. False: the text
  /// is bad.
  bool skip_rest_of(json_token first) noexcept;

  /// The last name, string (without its quotes, still escaped) or number, as written; a part of the
  /// text.
  std::string_view raw() const noexcept { return raw_; }
  bool has_escapes() const noexcept { return has_escapes_; }
  /// The last name or string with its escapes resolved. A surrogate without its partner becomes
  /// U+FFFD.
  std::string decoded() const;

  /// The offset of the first byte after the last token: what was read since an earlier position is
  /// a slice of the text.
  std::size_t position() const noexcept { return at_; }

  /// Why the text is bad, as a sentence; only after json_token::bad.
  const char* error() const noexcept { return error_; }

 private:
  enum class state : std::uint8_t {
    value,
    first_name,
    name,
    first_element,
    comma_or_end,
    done,
    failed
  };

  json_token fail(const char* why) noexcept;
  json_token open(bool object) noexcept;
  json_token close() noexcept;
  json_token read_value(char first) noexcept;
  json_token read_name() noexcept;
  json_token read_number() noexcept;
  json_token read_literal(std::string_view word, json_token meaning) noexcept;
  bool read_string() noexcept;
  bool skip_escape() noexcept;
  void after_value() noexcept { state_ = depth_ == 0 ? state::done : state::comma_or_end; }
  bool in_object() const noexcept {
    return (objects_[(depth_ - 1) / 64] >> ((depth_ - 1) % 64) & 1U) != 0;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string_view raw_;
  const char* error_ = "";
  std::size_t depth_ = 0;
  std::array<std::uint64_t, depth_max / 64 + 1>
      objects_{};  // one bit per open container: an object, or an array
  state state_ = state::value;
  bool has_escapes_ = false;
};

/// The text of a JSON string between its quotes, with escapes resolved. `escaped` was accepted by a
/// json_reader.
std::string unescape_json(std::string_view escaped);

/// Appends a code point as UTF-8.
void append_utf8(std::string& out, char32_t code_point);

}  // namespace tidewire::rules
