#pragma once

#include "base/byte_buffer.hpp"
#include "base/lsn.hpp"
#include "base/result.hpp"
#include "postgres/spill_file.hpp"
#include "postgres/streamed_message.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace tidewire::postgres {

/// Keeps the transactions that the server streams while they run, each until it commits or is
/// rolled back, in memory up to a budget and beyond it in a spill file. A committed one is handed
/// out message by message, as if the server had sent it after its commit. Waits for nothing but the
/// disk.
class streamed_transactions {
 public:
  struct options {
    std::size_t memory_max = 8U * 1024U * 1024U;
    spill_file::options spill;
  };

  /// What became of a message of the stream.
  enum class fate : std::uint8_t {
    ordinary,   // none of ours: it counts at once
    kept,       // of a transaction that is not committed yet, or the news of its end
    committed,  // commit() is known, and next() has the messages before it
  };

  /// One message of a committed transaction, as version 1 of the protocol has it. The view is valid
  /// until the next call.
  struct message {
    lsn position;  // 0 for a Relation or a Type
    std::string_view payload;
  };

  explicit streamed_transactions(options how) : how_(how), file_(std::move(how.spill)) {}

  /// Every message of the stream comes through here, first. `at` is its position.
  /// \errors errc::malformed_message and the like; errc::spill_full; the disk's; and
  /// errc::stream_undecidable: the server says of a logical message only to which transaction it
  /// belongs, not to which savepoint, so that after a ROLLBACK TO nobody knows whether it counts.
  result<fate> take(std::string_view payload, lsn at);

  /// Of the transaction that is being handed out, from `committed` until finish().
  const stream_commit_message& commit() const noexcept { return commit_; }
  bool handing_out() const noexcept { return handing_out_; }
  /// Where its first piece began.
  lsn first_position() const noexcept { return current_.first; }
  /// The next of its messages that was not rolled back; nothing: there are no more.
  /// \errors errc::spill_damaged and the disk's.
  result<std::optional<message>> next();
  /// The last message is done with: gives back the memory that only a large one needs.
  void trim();
  /// Lets go of it. \return the Relation messages that came after those of the same tables which
  /// were handed out: they are in force again from here on.
  std::vector<std::string> finish();

  /// A new connection: the server begins again with all of them, and announces every relation.
  void reset();

  std::size_t open_count() const noexcept { return open_.size(); }
  std::size_t memory_bytes() const noexcept { return memory_bytes_; }
  std::uint64_t spilled_bytes() const noexcept { return file_.bytes_used(); }

 private:
  /// Records one behind the other, cut into blocks wherever one is full: the older ones in the
  /// file, the younger ones in memory.
  struct transaction {
    lsn first;
    std::deque<spill_file::place> spilled;
    std::deque<byte_buffer> kept;                   // the last one is being filled
    std::unordered_set<std::uint32_t> rolled_back;  // sub-transactions of which something came
    bool has_logical_message = false;
  };
  /// The last Relation message that came of a table, of those that count.
  struct relation {
    std::uint64_t arrival = 0;
    std::string payload;
  };

  result<fate> take_end(std::string_view payload, lsn at);
  error_code start(const stream_start_message& m, lsn at);
  error_code roll_back(const stream_abort_message& m);
  error_code keep(std::string_view payload, lsn at);
  void append(transaction& to, std::string_view bytes);
  void append_some(byte_buffer& block, std::string_view bytes);
  error_code spill_down_to_budget();
  error_code spill_a_block_of(transaction& one);
  void release(transaction& one);
  bool wholly_read() const noexcept { return current_.spilled.empty() && current_.kept.empty(); }
  error_code read_block(std::size_t wanted);
  void announced(std::string_view payload, std::uint64_t arrival);

  options how_;
  spill_file file_;
  std::unordered_map<std::uint32_t, transaction> open_;
  transaction* in_piece_ = nullptr;  // between a Stream Start and its Stop
  std::size_t memory_bytes_ = 0;     // of all blocks that are in memory

  bool handing_out_ = false;
  transaction current_;
  stream_commit_message commit_;
  byte_buffer read_;         // blocks that are being read; a record may begin in one and end in the
  std::size_t read_at_ = 0;  // next

  std::uint64_t arrivals_ = 0;                                   // of Relation messages
  std::unordered_map<std::uint32_t, relation> relations_;        // by table
  std::unordered_map<std::uint32_t, std::uint64_t> handed_out_;  // the arrival of the last of each
};

}  // namespace tidewire::postgres
