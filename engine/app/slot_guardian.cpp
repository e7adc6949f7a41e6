#include "app/slot_guardian.hpp"

#include "postgres/slot.hpp"
#include "telemetry/log.hpp"

#include <string_view>
#include <utility>

namespace tidewire::app {
namespace {

/// A sink that takes what waits within this lets the server stop with everything confirmed.
constexpr std::chrono::seconds shutdown_grace{3};

}  // namespace

slot_guardian::slot_guardian(const asio::any_io_executor& executor,
                             options how,
                             std::function<void(release)> let_go)
    : how_(std::move(how)),
      let_go_(std::move(let_go)),
      forecast_(how_.slot, how_.warnings),
      waker_(executor) {
  how_.database.application_name = "tidewire slot guardian";
}

void slot_guardian::stop() {
  stopping_ = true;
  if (database_) database_->close();
  waker_.ring();
}

asio::awaitable<void> slot_guardian::run() {
  while (!stopping_ && how_.interval.count() > 0) {
    co_await look();
    const auto until = std::chrono::steady_clock::now() + how_.interval;
    if (database_ && database_->healthy() && !stopping_)
      co_await database_->wait_readable(until);  // also ended by the server's last words
    else
      while (!stopping_ && std::chrono::steady_clock::now() < until)
        co_await waker_.wait_until(until);
  }
  database_.reset();
}

/// What the database refuses to say is not said here either: the reader says why it is away.
asio::awaitable<bool> slot_guardian::connect() {
  database_.reset();
  auto opened =
      co_await postgres::connection::open(how_.database, postgres::connection_mode::query);
  if (!opened || stopping_) co_return false;
  database_ = std::move(*opened);
  co_return true;
}

asio::awaitable<void> slot_guardian::look() {
  const bool connected = (database_ && database_->healthy()) || co_await connect();
  if (!connected) co_return;
  const auto sample = co_await postgres::sample_slot(*database_, how_.slot);
  if (stopping_) co_return;
  if (!sample) {
    constexpr std::string_view admin_shutdown = "57P01";
    if (sample.error().sqlstate == admin_shutdown) co_await judge_termination();
    co_return;
  }
  seen_ = seen_ || sample->has_value();
  if (!seen_) co_return;
  say(forecast_.look(std::chrono::steady_clock::now(), *sample));
  if (forecast_.risk() == postgres::slot_risk::unreserved ||
      forecast_.risk() == postgres::slot_risk::lost)
    let_go_(release::slot_in_danger);
}

/// Somebody ended this connection alone, or the server is on its way down.
asio::awaitable<void> slot_guardian::judge_termination() {
  if (co_await connect()) co_return;
  const auto until = std::chrono::steady_clock::now() + shutdown_grace;
  while (!stopping_ && std::chrono::steady_clock::now() < until) co_await waker_.wait_until(until);
  if (!stopping_) let_go_(release::shutdown);
}

void slot_guardian::say(const std::optional<std::string>& news) const {
  if (!news) return;
  const auto risk = forecast_.risk();
  const auto how = risk == postgres::slot_risk::none   ? telemetry::level::info
                   : risk == postgres::slot_risk::lost ? telemetry::level::error
                                                       : telemetry::level::warning;
  telemetry::log_line(how, "slot", *news);
}

}  // namespace tidewire::app
