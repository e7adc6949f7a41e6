#pragma once

#include "pipeline/batch.hpp"
#include "pipeline/doorbell.hpp"
#include "pipeline/spsc_ring.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>

namespace tidewire::pipeline {

/// The two rings between the reader and one publisher: filled batches go out, batches all of whose
/// records are durable come back, which is the acknowledgement. Both hold every batch there is, so
/// a push never fails.
class exchange {
 public:
  /// \param reader_bell is the reader's, shared by all exchanges; it must outlive this.
  exchange(std::size_t batches_max, const asio::any_io_executor& publisher, doorbell& reader_bell)
      : filled_(batches_max),
        done_(batches_max),
        publisher_bell_(publisher),
        reader_bell_(&reader_bell) {}

  /// The reader's verbs.
  void send(batch& b) {
    push(filled_, b);
    publisher_bell_.ring();
  }
  batch* take_done() noexcept { return pop(done_); }

  /// The publisher's verbs.
  batch* take_filled() noexcept { return pop(filled_); }
  void give_back(batch& b) {
    push(done_, b);
    reader_bell_->ring();
  }

  /// Where the publisher waits.
  doorbell& publisher_bell() noexcept { return publisher_bell_; }

 private:
  static void push(spsc_ring<batch*>& ring, batch& b);
  static batch* pop(spsc_ring<batch*>& ring) noexcept {
    batch* b = nullptr;
    return ring.try_pop(b) ? b : nullptr;
  }

  spsc_ring<batch*> filled_;
  spsc_ring<batch*> done_;
  doorbell publisher_bell_;
  doorbell* reader_bell_;
};

}  // namespace tidewire::pipeline
