#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <csignal>
#include <functional>
#include <utility>

namespace tidewire::app {

/// SIGTERM, SIGINT and, unless it is ignored as nohup(1) wants it, SIGHUP: the first asks the work
/// to stop, and when it has not stopped within `patience`, or at a second signal, `give_up` is
/// called. What comes within `echo` of the first is the same wish told twice: a terminal or
/// timeout(1) signals the whole group, and whoever started us passes it on. Lives as long as the
/// work.
class stopping {
 public:
  stopping(boost::asio::any_io_executor executor,
           std::chrono::milliseconds patience,
           std::function<void()> stop,
           std::function<void()> give_up,
           std::chrono::milliseconds echo = std::chrono::milliseconds(500))
      : signals_(executor, SIGTERM, SIGINT),
        deadline_(executor),
        patience_(patience),
        echo_(echo),
        stop_(std::move(stop)),
        give_up_(std::move(give_up)) {
    struct sigaction hangup{};
    if (::sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
      signals_.add(SIGHUP);
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (!error) first();
    });
  }

 private:
  void first() {
    echo_until_ = std::chrono::steady_clock::now() + echo_;
    wait_for_second();
    deadline_.expires_after(patience_);
    deadline_.async_wait([this](const boost::system::error_code& error) {
      if (!error) give_up_();
    });
    stop_();
  }

  void wait_for_second() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      if (std::chrono::steady_clock::now() < echo_until_) return wait_for_second();
      give_up_();
    });
  }

  boost::asio::signal_set signals_;
  boost::asio::steady_timer deadline_;
  std::chrono::milliseconds patience_;
  std::chrono::milliseconds echo_;
  std::chrono::steady_clock::time_point echo_until_;
  std::function<void()> stop_;
  std::function<void()> give_up_;
};

}  // namespace tidewire::app
