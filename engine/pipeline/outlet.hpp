#pragma once

#include "event/record_output.hpp"
#include "pipeline/batch_pool.hpp"
#include "pipeline/exchange.hpp"
#include "pipeline/window.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tidewire::pipeline {

/// The reader's side of the pipeline: encoders write into the open batch of each publisher, sealing
/// sends them off together, and what comes back moves the durable position. When the budget is used
/// up there is no open batch, and the reader must wait for has_room().
class outlet final : public event::record_output {
 public:
  struct options {
    std::size_t batch_bytes_max =
        256U * 1024U;                       // sealed when one publisher's batch has grown to this
    std::size_t batch_records_max = 500;    // as many as PutRecords takes. A batch is what is
                                            // acknowledged at a time, and repeated after a crash
    std::size_t key_publishers = SIZE_MAX;  // the first ones, which records go to by their keys;
                                            // the others get lone records only
    std::size_t flood_from = 8;             // batches that are out
  };

  /// `pool` and `publishers` must outlive the outlet; there is at least one publisher.
  outlet(options how, batch_pool& pool, std::vector<exchange*> publishers);

  /// Takes what open batches are missing. False: the budget is used up; try again after collect().
  bool has_room();

  /// The open batch of the publisher that has all records of this hash. Only after has_room() said
  /// yes.
  event::record_buffer& for_key(std::uint64_t key_hash) override;
  /// Likewise; in a flood the publishers get batches of such records in turns.
  event::record_buffer& for_lone() override { return open_[lone_to_]->content; }

  /// Rows of a snapshot stand in no order, so those without a key need not wait for each other as
  /// their equal (empty) key would make them: gives the records since the last call a key hash
  /// each.
  void scatter_keyless();

  /// A transaction was read to its end: what follows belongs to later ones.
  void committed(lsn commit_end) noexcept { commit_end_ = commit_end; }
  lsn commit_end() const noexcept { return commit_end_; }

  bool full() const noexcept;
  /// So much is on its way that a batch may as well wait until it is full.
  bool is_flooded() const noexcept { return pool_->out_count() >= how_.flood_from; }
  bool has_records() const noexcept;
  /// Sends the open batches that hold records. Nothing happens where none does.
  void seal();

  /// The number of the last seal that sent something; 0: none has.
  std::uint64_t last_sealed() const noexcept { return window_.last_sealed(); }
  /// Whether everything up to that seal is durable.
  bool has_passed(std::uint64_t seal) const noexcept { return window_.has_passed(seal); }

  /// Takes back what has become durable. True if a batch came back.
  bool collect();

  /// Everything read so far is durable, and no record is on its way.
  bool idle() const noexcept { return window_.empty() && !has_records(); }
  /// The log was read up to here, outside a transaction; counts when idle() only.
  void read_up_to(lsn position);
  /// When idle: reading begins again at `position`, also further back; see window::restart().
  void restart(lsn position);

  lsn durable() const noexcept { return window_.durable(); }
  std::size_t generations_in_flight() const noexcept { return window_.generations_in_flight(); }

 private:
  bool needs_open(std::size_t publisher) const noexcept {
    return publisher < key_publishers_ || publisher == lone_to_;
  }

  options how_;
  batch_pool* pool_;
  std::vector<exchange*> publishers_;
  std::size_t key_publishers_;
  std::size_t lone_to_ = 0;
  std::vector<batch*> open_;            // by publisher; null while there is none
  std::vector<std::size_t> scattered_;  // by publisher: how many records scatter_keyless() has seen
  std::uint64_t scatter_count_ = 0;
  lsn commit_end_;
  window window_;
};

}  // namespace tidewire::pipeline
