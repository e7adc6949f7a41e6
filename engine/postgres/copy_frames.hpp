#pragma once

#include "base/byte_buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tidewire::postgres {

/// The messages of a copy stream, cut out of the bytes as they arrive: no copy and no allocation
/// per message. Pure.
///
/// In front of every message: Byte1 type, Int32 size, which counts itself but not the type.
/// Source: PostgreSQL manual, "Frontend/Backend Protocol", Message Formats and COPY Operations.
class copy_frames {
 public:
  enum class kind : std::uint8_t {
    incomplete,  // more bytes are needed
    data,        // CopyData; `body` is what is in it
    begun,       // CopyBothResponse or CopyOutResponse: data follows
    done,        // CopyDone: the server sends no more data
    completed,   // CommandComplete
    ready,       // ReadyForQuery: the statement has ended
    error,       // ErrorResponse; `body` holds its fields
    notice,      // NoticeResponse, at any time; `body` holds its fields
    malformed,   // not this protocol: the connection cannot be used any more
  };

  /// Room for at least `size` more bytes from the server, as many as `room()` says; to be kept with
  /// commit(). What was handed out before is given up.
  char* prepare(std::size_t size);
  std::size_t room() const noexcept { return bytes_.capacity() - bytes_.size(); }
  void commit(std::size_t size) noexcept { bytes_.commit(size); }

  /// Gives back the memory that a large message needed which was handed out. It is given up.
  void trim();

  /// The next message. `body` is valid until prepare() or trim(). Notifications and parameters that
  /// the server reports in between are left out.
  kind next(std::string_view& body) noexcept;
  /// Whether that is data: it stays the next one, and what was handed out stays valid.
  bool peek_data(std::string_view& body) noexcept;

 private:
  void drop_handed_out(std::size_t kept);

  byte_buffer bytes_;
  std::size_t begin_ = 0;   // of what was not handed out yet
  std::size_t wanted_ = 0;  // bytes of the next message, its head included; 0: not known
};

}  // namespace tidewire::postgres
