#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <csignal>
#include <functional>
#include <utility>

namespace tidewire::app {

/// SIGTERM and SIGINT: the first asks the work to stop, and when it has not stopped within
/// `patience`, or at a second signal, `give_up` is called. Lives as long as the work.
class stopping {
 public:
  stopping(boost::asio::any_io_executor executor,
           std::chrono::milliseconds patience,
           std::function<void()> stop,
           std::function<void()> give_up)
      : signals_(executor, SIGTERM, SIGINT),
        deadline_(executor),
        patience_(patience),
        stop_(std::move(stop)),
        give_up_(std::move(give_up)) {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (!error) first();
    });
  }

 private:
  void first() {
    const auto last = [this](const boost::system::error_code& error) {
      if (!error) give_up_();
    };
    signals_.async_wait([last](const boost::system::error_code& error, int) { last(error); });
    deadline_.expires_after(patience_);
    deadline_.async_wait(last);
    stop_();
  }

  boost::asio::signal_set signals_;
  boost::asio::steady_timer deadline_;
  std::chrono::milliseconds patience_;
  std::function<void()> stop_;
  std::function<void()> give_up_;
};

}  // namespace tidewire::app
