#pragma once

#include "app/publisher_thread.hpp"
#include "app/reader.hpp"
#include "app/slot_guardian.hpp"
#include "base/file_lock.hpp"
#include "config/settings.hpp"
#include "event/streams.hpp"
#include "pipeline/batch_pool.hpp"
#include "pipeline/outlet.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace tidewire::app {

/// The engine of `tidewire run`: the reader on the caller's io_context, the publishers on threads
/// of their own, and the batches between them.
class engine {
 public:
  /// \throws startup_error for a configuration that cannot work; nothing was touched then.
  engine(asio::io_context& io, const config::settings& properties, const config::environment& env);

  /// Until stop() and the drain after it. \throws startup_error for what turns out at the first
  /// connection.
  asio::awaitable<void> run();
  void stop() {
    guardian_->stop();
    reader_->stop();
  }

  const reader& source() const noexcept { return *reader_; }
  const slot_guardian& guardian() const noexcept { return *guardian_; }
  const pipeline::outlet& outlet() const noexcept { return *outlet_; }
  const pipeline::batch_pool& pool() const noexcept { return pool_; }
  const std::vector<std::unique_ptr<publisher_thread>>& publishers() const noexcept {
    return publishers_;
  }

 private:
  file_lock lock_;  // of nothing where the position is kept by the slot alone
  event::streams names_;
  pipeline::doorbell bell_;
  pipeline::batch_pool pool_;
  std::vector<std::unique_ptr<publisher_thread>> publishers_;
  std::unique_ptr<pipeline::outlet> outlet_;
  std::unique_ptr<reader> reader_;
  std::unique_ptr<slot_guardian> guardian_;
};

}  // namespace tidewire::app
