#pragma once

#include "event/record_buffer.hpp"

#include <cstdint>

namespace tidewire::event {

/// Chooses the buffer for the records of one key. With one publisher it is always the same one;
/// with several, all records of equal hash go to the same buffer, which is what keeps the order of
/// a key.
class record_output {
 public:
  /// The reference is used until the next call only.
  virtual record_buffer& for_key(std::uint64_t key_hash) = 0;
  /// For a record that is lone.
  virtual record_buffer& for_lone() { return for_key(0); }

 protected:
  ~record_output() = default;
};

/// The plain case: everything into one buffer.
class single_output final : public record_output {
 public:
  explicit single_output(record_buffer& buffer) noexcept : buffer_(&buffer) {}
  record_buffer& for_key(std::uint64_t /*key_hash*/) override { return *buffer_; }

 private:
  record_buffer* buffer_;
};

/// Of the bytes of a key document; equal keys have equal hashes, in every run of the program.
std::uint64_t key_hash(std::string_view key) noexcept;

}  // namespace tidewire::event
