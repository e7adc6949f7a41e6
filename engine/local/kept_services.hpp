#pragma once

#include "base/file_lock.hpp"
#include "local/eventbridge/service.hpp"
#include "local/kinesis/service.hpp"
#include "local/sqs/service.hpp"
#include "local/store/journal.hpp"
#include "local/store/state_file.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace tidewire::local {

/// The three services, and the folder in which what they hold outlives them.
class kept_services {
 public:
  struct options {
    identity who;
    std::size_t memory_bytes_max = 0;  // of Kinesis records, and of messages; 0: no bound
    std::filesystem::path data;        // empty: memory only
    std::function<void(const std::string&)> warn;
    std::function<void(const std::string& queue)> on_arrival;
  };

  /// Takes up what an earlier run has left. \throws startup_error if the folder cannot be used.
  explicit kept_services(options how);

  /// Everything that calls have changed so far is in the kernel's hands when it returns.
  void keep();
  /// What is due without a call.
  void tick(std::chrono::system_clock::time_point now);
  /// The disk is told to hold what the kernel has.
  void sync();

  kinesis_service kinesis;
  sqs_service sqs;
  eventbridge_service events;

 private:
  void open_data();
  bool healthy() const noexcept;

  options how_;
  file_lock lock_;
  std::optional<journal> kinesis_journal_;
  std::optional<journal> sqs_journal_;
  std::optional<state_file> events_file_;
  std::uint64_t events_revision_ = 0;
  bool complained_ = false;
};

}  // namespace tidewire::local
