#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tidewire::postgres {

/// Whether to wait for the next bytes, or to let some gather.
///
/// The walsender sends each change by itself, and on one machine it is the sender who pays for
/// waking a reader that waits on its socket: about half of what a change costs it. A reader that is
/// not waiting makes the server faster. So while messages come quickly the reader rests, its socket
/// unwatched, and takes what has gathered; when they come slowly it waits, and has each one at
/// once.
///
/// Of a backlog more is to be had. While the reader's socket is full, the kernel only appends the
/// next change to what it has not sent yet, and need not bring it over: that costs the walsender
/// half as much again. So where the socket holds little, the reader rests until it is full, and
/// from then on empties it about as fast as the walsender can fill it. And it goes on resting when
/// for a while nothing comes: on a busy machine the walsender has to wait for a processor, too.
/// What is late already does not become later by this. Pure.
class read_pace {
 public:
  using clock = std::chrono::steady_clock;

  struct options {
    std::chrono::microseconds rest;
    std::chrono::microseconds watched;   // over which the rate is taken
    std::uint32_t messages_per_ms_min;   // from there on it rests
    std::uint32_t messages_in_rest_min;  // while a rest gathers as many, another follows

    std::chrono::microseconds patience;  // of a backlog: how long nothing comes until it waits
    std::size_t full_bytes = 0;  // so many at once: the socket was full; 0: it holds any number
    std::chrono::microseconds rest_to_fill{};         // until it is, but for no longer than this
    std::chrono::nanoseconds rest_per_message_min{};  // when it is; more where it then was not
    std::chrono::nanoseconds rest_per_message_max{};
  };
  static const options usual;
  /// What the socket of a stream with `bounded` is to hold.
  static constexpr std::size_t socket_bytes = 64U * 1024U;
  static const options bounded;

  explicit read_pace(options how = usual) noexcept
      : how_(how), rest_per_message_(how.rest_per_message_min) {}

  void message(std::size_t bytes) noexcept {
    ++messages_;
    bytes_ += bytes;
  }

  /// Asked when all that had arrived has been looked at: how long to rest before the next look; 0:
  /// wait.
  /// \param behind whether it was committed so long ago that some milliseconds more do not matter.
  std::chrono::microseconds pause(clock::time_point now, bool behind) noexcept;

 private:
  bool faster_than(std::uint32_t messages_per_ms, clock::duration in) const noexcept;
  std::chrono::microseconds rest_to_be_full(bool full) noexcept;
  std::chrono::microseconds rest_behind(clock::time_point now) noexcept;
  std::chrono::microseconds begin_again(clock::time_point now,
                                        std::chrono::microseconds rest) noexcept;

  options how_;
  clock::time_point since_{};
  clock::time_point heard_{};   // the last look that found any
  std::uint32_t messages_ = 0;  // since then, and their bytes
  std::size_t bytes_ = 0;
  std::chrono::nanoseconds rest_per_message_;
  bool was_full_ = false;
  bool resting_ = false;
};

}  // namespace tidewire::postgres
