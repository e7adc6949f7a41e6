#pragma once

#include <mutex>
#include <string>
#include <utility>

namespace tidewire::telemetry {

/// A few words that one thread changes now and then and another one reads. Not for hot paths.
class note {
 public:
  void set(std::string words) {
    const std::lock_guard lock(mutex_);
    words_ = std::move(words);
  }
  std::string words() const {
    const std::lock_guard lock(mutex_);
    return words_;
  }

 private:
  mutable std::mutex mutex_;
  std::string words_;
};

}  // namespace tidewire::telemetry
