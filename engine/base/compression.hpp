#pragma once

#include "base/byte_buffer.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

/// Values as one gzip member (RFC 1952) or one zstd frame (RFC 8878), and back. Which of them it is
/// stands in the first bytes, 1F 8B or 28 B5 2F FD, with which no JSON begins; so readers need not
/// be told, and values of all three kinds may follow each other in a stream.
namespace tidewire {

enum class compression : std::uint8_t { none, gzip, zstd };

/// The most that a packed value may hold: the largest record that Kinesis takes where its limit was
/// raised.
constexpr std::size_t unpacked_bytes_max = 10U * 1024U * 1024U;

/// Packs value after value with one context, whose memory stays. For one thread.
class compressor {
 public:
  explicit compressor(compression how);
  ~compressor();
  compressor(compressor&&) noexcept;
  compressor& operator=(compressor&&) noexcept;

  /// `plain` as one member or frame; or as it is, where that would not be shorter, or where no
  /// unpacker would take it back for its size. Lives until the next call, and as long as `plain`.
  std::string_view pack(std::string_view plain);

 private:
  struct contexts;
  compression how_;
  std::unique_ptr<contexts> contexts_;
  byte_buffer packed_;
};

enum class unpack_error : std::uint8_t { damaged = 1, cut_off, followed, too_large };

/// One sentence, such as a dead letter has for its reason.
std::string_view describe(unpack_error error) noexcept;

[[noreturn]] void throw_exception_from_error(unpack_error error,
                                             const boost::source_location& where);

template <class T>
using unpacked = boost::system::result<T, unpack_error>;

/// Unpacks value after value with one context. For one thread.
class unpacker {
 public:
  /// \param bytes_max what a value may unpack to. Memory is taken as the bytes come, not as a head
  /// claims, and a frame of zstd that asks for a window of over 8 MiB is refused.
  explicit unpacker(std::size_t bytes_max = unpacked_bytes_max);
  ~unpacker();
  unpacker(unpacker&&) noexcept;
  unpacker& operator=(unpacker&&) noexcept;

  /// What `data` holds: itself, unless it begins as one of the two. Lives until the next call, and
  /// as long as `data`.
  unpacked<std::string_view> unpack(std::string_view data);

 private:
  struct contexts;
  unpacked<std::string_view> from_gzip(std::string_view data);
  unpacked<std::string_view> from_zstd(std::string_view data);
  std::size_t make_room();

  std::size_t bytes_max_;
  std::unique_ptr<contexts> contexts_;
  byte_buffer plain_;
};

}  // namespace tidewire
