#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace tidewire::local {

/// An append-only file of entries that survives being killed at any byte.
///
///   entry: length of the payload, 4 bytes big-endian | CRC-32 of kind and payload, 4 bytes | kind,
///   1 byte | payload
///
/// What was appended is handed to the kernel by flush(), which the frame calls before it answers:
/// killing this process loses nothing that was answered. The disk is told to keep it (fdatasync)
/// about once a second and at the end: a power cut may take the last second.
class journal {
 public:
  using reader = std::function<void(char kind, std::string_view payload)>;

  /// Opens or creates the file, gives `replay` all whole entries in order and cuts off what follows
  /// the last.
  /// \throws startup_error naming the file if it cannot be opened.
  journal(std::filesystem::path file, const reader& replay);
  ~journal();
  journal(const journal&) = delete;
  journal& operator=(const journal&) = delete;

  void append(char kind, std::string_view payload);
  void flush();
  /// Between begin_rewrite() and end_rewrite() entries go to a new file, which then takes the old
  /// one's place in one step.
  void begin_rewrite();
  void end_rewrite();

  void sync();
  /// \return false once an entry could not be written, such as on a full disk.
  bool healthy() const noexcept { return healthy_; }
  std::uint64_t size() const noexcept { return size_; }

 private:
  std::filesystem::path file_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  bool dirty_ = false;
  bool healthy_ = true;
  std::string pending_;  // appended and not yet written
};

}  // namespace tidewire::local
