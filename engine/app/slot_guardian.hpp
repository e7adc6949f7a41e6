#pragma once

#include "pipeline/doorbell.hpp"
#include "postgres/connection.hpp"
#include "postgres/slot_forecast.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace tidewire::app {

/// Looks at the engine's slot now and then, by a connection of its own, so that it also looks while
/// the reader waits for the sink: figures for the metrics, and a line of log when the slot comes
/// into danger. Never a reason to stop.
///
/// A server that is told to stop ends every connection but replication streams: those must first
/// have confirmed all of its log, which a sink that is away would delay for ever. So the end of
/// this connection, with no new one to be had, is the sign to let go of the stream. A slot that is
/// about to be lost is another: the server ends its stream before a checkpoint can go on, and
/// cannot while that stream is full and nobody reads it.
class slot_guardian {
 public:
  struct options {
    postgres::connection_options database;
    std::string slot;
    std::chrono::milliseconds interval{10'000};  // 0: never
    postgres::slot_forecast::options warnings;
  };

  enum class release : std::uint8_t { shutdown, slot_in_danger };
  slot_guardian(const asio::any_io_executor& executor,
                options how,
                std::function<void(release)> let_go);

  /// Until stop().
  asio::awaitable<void> run();
  void stop();

  const postgres::slot_forecast& forecast() const noexcept { return forecast_; }

 private:
  asio::awaitable<void> look();
  asio::awaitable<bool> connect();
  asio::awaitable<void> judge_termination();
  void say(const std::optional<std::string>& news) const;

  options how_;
  std::function<void(release)> let_go_;  // of the stream
  postgres::slot_forecast forecast_;
  pipeline::doorbell waker_;
  std::unique_ptr<postgres::connection> database_;
  bool seen_ = false;  // the slot was there once: before that, it is yet to be made
  bool stopping_ = false;
};

}  // namespace tidewire::app
