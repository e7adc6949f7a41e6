#pragma once

#include "base/file_lock.hpp"
#include "relay/position.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::relay {

/// How far one shard was relayed.
struct checkpoint {
  std::string stream;
  std::string shard;
  std::string shard_start;  // the shard's first sequence number: a stream made anew has another one
  std::optional<position> done;  // nothing yet
  std::optional<std::int64_t>
      from_ms;         // reading began at the shard's end at this time (start=LATEST)
  bool ended = false;  // read to the end of a closed shard, and all of it dealt with

  bool operator==(const checkpoint&) const = default;
};

/// One line of JSON with a checksum at its end.
std::string write_checkpoint(const checkpoint& c);

/// Why a checkpoint could not be read or written; a whole sentence that names the file and what to
/// do.
struct checkpoint_error {
  std::string message;
};

[[noreturn]] void throw_exception_from_error(const checkpoint_error& e,
                                             const boost::source_location& where);

template <class T>
using checkpoint_result = boost::system::result<T, checkpoint_error>;

/// \errors what is wrong with the text: cut short, changed, another version.
checkpoint_result<checkpoint> read_checkpoint(std::string_view text);

/// A folder with one file per shard. A file is replaced as a whole (written beside, synced,
/// renamed, folder synced), so a crash at any instant leaves the old or the new one. One relay at a
/// time owns a stream in a folder. Blocks; used from a thread of its own.
class checkpoint_folder {
 public:
  explicit checkpoint_folder(std::string path);
  checkpoint_folder(const checkpoint_folder&) = delete;
  checkpoint_folder& operator=(const checkpoint_folder&) = delete;

  const std::string& path() const noexcept { return path_; }

  /// Makes the folder where it is missing. \errors it cannot be made or written to.
  checkpoint_result<bool> open();
  /// Whether the stream is ours now; false: another running relay has it. Held until the end of
  /// this object.
  checkpoint_result<bool> lock(const std::string& stream);
  /// All checkpoints of a stream.
  checkpoint_result<std::vector<checkpoint>> load(const std::string& stream) const;
  checkpoint_result<bool> save(const checkpoint& c) const;

  std::string file_of(std::string_view stream, std::string_view shard) const;

 private:
  std::string path_;
  std::vector<file_lock> locks_;
};

}  // namespace tidewire::relay
