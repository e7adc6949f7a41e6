#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>

/// CBOR (RFC 8949) as the AWS CBOR 1.1 protocol uses it: maps with text keys, blobs as byte
/// strings, timestamps as tag 1 with milliseconds since 1970.
///
///   head byte: [major type, 3 bits][argument, 5 bits]; argument 0…23 itself, 24…27: in the next 1,
///   2, 4, 8 bytes, 31: indefinite
namespace tidewire::local::cbor {

enum class kind {
  unsigned_integer,
  negative_integer,
  bytes,
  text,
  array,
  map,
  tag,
  boolean,
  null,
  real,
  stop
};

struct item {
  kind what = kind::null;
  std::uint64_t value = 0;  // the integer (negative: -1 - value), the count of a container, the
                            // tag's number, the boolean
  double real = 0;
  std::string_view text;    // bytes and text; lives as long as the input and the reader
  bool indefinite = false;  // a container that goes on until `stop`
};

/// Walks over encoded items one head at a time. Strings that came in chunks are put together in the
/// reader's own memory.
class reader {
 public:
  explicit reader(std::string_view bytes) noexcept : rest_(bytes) {}

  /// \return false if the input ends inside the item or is not CBOR.
  bool next(item& out);
  /// Steps over one whole value, whatever it is; containers up to 64 deep.
  bool skip();
  bool at_end() const noexcept { return rest_.empty(); }

  /// For who knows what comes: what was not read yet, and where to go on in it.
  std::string_view rest() const noexcept { return rest_; }
  void continue_at(std::string_view rest) noexcept { rest_ = rest; }

  /// Reads the next item and steps over the tags in front of it.
  bool next_untagged(item& out);

  /// Whether the container that `head` opened has another member. Counts down a definite one, reads
  /// the stop of the other.
  /// \return nothing if the input ends.
  std::optional<bool> another(item& head) noexcept;

 private:
  bool read_argument(unsigned low, std::uint64_t& value) noexcept;
  bool read_chunks(kind what, item& out);
  bool skip_value(int depth);

  std::string_view rest_;
  std::list<std::string> joined_;
};

/// A whole document as JSON: byte strings become base64 text, timestamps seconds since 1970.
/// \return nothing if it is not one well-formed value, or deeper than 64.
std::optional<boost::json::value> to_json(std::string_view bytes);

void append_head(std::string& out, unsigned major, std::uint64_t argument);
void append_text(std::string& out, std::string_view text);
void append_bytes(std::string& out, std::string_view bytes);
/// Tag 1 and the milliseconds.
void append_timestamp(std::string& out, std::int64_t unix_ms);
/// A JSON value; numbers under a member whose name ends in `Timestamp` are seconds and become
/// timestamps.
void append_json(std::string& out, const boost::json::value& value);

constexpr unsigned major_array = 4;
constexpr unsigned major_map = 5;

}  // namespace tidewire::local::cbor
