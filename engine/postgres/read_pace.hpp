#pragma once

#include <chrono>
#include <cstdint>

namespace tidewire::postgres {

/// Whether to wait for the next bytes, or to let some gather.
///
/// The walsender sends each change by itself, and on one machine it is the sender who pays for
/// waking a reader that waits on its socket: about half of what a change costs it. A reader that is
/// not waiting makes the server faster. So while messages come quickly the reader rests, its socket
/// unwatched, and takes what has gathered; when they come slowly it waits, and has each one at
/// once. Pure.
class read_pace {
 public:
  using clock = std::chrono::steady_clock;

  struct options {
    std::chrono::microseconds rest;
    std::chrono::microseconds watched;   // over which the rate is taken
    std::uint32_t messages_per_ms_min;   // from there on it rests
    std::uint32_t messages_in_rest_min;  // while a rest gathers as many, another follows
  };
  static const options usual;

  explicit read_pace(options how = usual) noexcept : how_(how) {}

  void message() noexcept { ++messages_; }

  /// Asked when all that had arrived has been looked at: how long to rest before the next look; 0:
  /// wait.
  std::chrono::microseconds pause(clock::time_point now) noexcept;

 private:
  options how_;
  clock::time_point since_{};
  std::uint32_t messages_ = 0;
  bool resting_ = false;
};

}  // namespace tidewire::postgres
