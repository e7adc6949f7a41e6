#pragma once

#include "base/byte_buffer.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::postgres {

/// Blocks of bytes on the disk, for what does not fit into memory while the process lives. The file
/// has no name, so that nothing is left of it whatever ends the process, and nobody else opens it;
/// room that is given back is used again. What is read is checked against what was written. All
/// calls block.
class spill_file {
 public:
  struct options {
    std::string folder;
    std::size_t block_bytes = 128U * 1024U;
    std::uint64_t bytes_max = 0;  // rounded down to whole blocks
  };

  /// Where one block stands. The checksum is kept here, and not in the file: so also a block that
  /// was mixed up with another one is found out.
  struct place {
    std::uint32_t number = 0;
    std::uint32_t size = 0;
    std::uint32_t checksum = 0;
  };

  /// Touches nothing yet: the file is made for the first block.
  explicit spill_file(options how) : how_(std::move(how)) {}
  ~spill_file();
  spill_file(const spill_file&) = delete;
  spill_file& operator=(const spill_file&) = delete;

  /// \param bytes at most options::block_bytes of them.
  /// \errors errc::spill_full where the limit is reached; the system's: no room, no such folder, …
  result<place> put(std::string_view bytes);
  /// Appends the block to `to`. \errors errc::spill_damaged, and the system's.
  error_code get(const place& block, byte_buffer& to) const;
  /// The block is not needed any more. With the last one the room is given back to the disk.
  void release(const place& block);

  std::size_t block_bytes() const noexcept { return how_.block_bytes; }
  std::uint64_t bytes_used() const noexcept {
    return std::uint64_t{blocks_made_ - free_.size()} * how_.block_bytes;
  }

 private:
  error_code open();

  options how_;
  int file_ = -1;
  std::size_t blocks_made_ = 0;  // the file's length
  std::vector<std::uint32_t> free_;
};

}  // namespace tidewire::postgres
