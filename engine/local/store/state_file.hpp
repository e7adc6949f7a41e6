#pragma once

#include <boost/json/object.hpp>

#include <filesystem>
#include <optional>

namespace tidewire::local {

/// A small file of JSON that is always whole: a new one is written beside it, synced, and takes its
/// place in one step.
class state_file {
 public:
  explicit state_file(std::filesystem::path file) : file_(std::move(file)) {}

  /// Nothing if there is no file yet. \throws startup_error if there is one that cannot be read as
  /// JSON.
  std::optional<boost::json::object> read() const;
  void write(const boost::json::object& state);
  bool healthy() const noexcept { return healthy_; }

 private:
  std::filesystem::path file_;
  bool healthy_ = true;
};

}  // namespace tidewire::local
