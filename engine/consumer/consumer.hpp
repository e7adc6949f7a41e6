#pragma once

#include "aws/sqs.hpp"
#include "base/clock.hpp"
#include "base/task.hpp"
#include "consumer/print.hpp"
#include "consumer/transaction_groups.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace tidewire::consumer {

struct consumer_options {
  std::string queue;                          // URL, or a name to be asked for
  std::chrono::seconds wait{20};              // of a long poll: 0 to 20
  std::chrono::seconds visibility{30};        // extended when half of it is over
  std::size_t receives_max = 2;               // long polls at a time
  std::optional<std::uint64_t> messages_max;  // valid ones; then it ends. Whole transactions
  std::optional<std::chrono::milliseconds> idle_exit;  // without a message for so long, it ends
  output_form form = output_form::text;
  bool unwrapped = false;      // bare rows pass as details
  std::size_t remembered = 0;  // events; those that come again are deleted and not printed
  std::optional<transaction_groups::limits> transactions;  // held, printed and deleted together
  int descriptor = 1;                                      // where events are printed
  wall_clock now = [] { return std::chrono::system_clock::now(); };
};

enum class ending {
  stopped,        // by stop()
  enough,         // messages_max were printed and deleted
  idle,           // idle_exit
  output_failed,  // standard output is closed or full; what was not printed was not deleted
};

struct consumer_counters {
  std::uint64_t received = 0;
  std::uint64_t printed = 0;
  std::uint64_t repeated = 0;  // and not printed
  std::uint64_t deleted = 0;
  std::uint64_t invalid = 0;
  std::uint64_t transactions = 0;  // printed complete
  std::uint64_t incomplete = 0;    // printed incomplete
  std::uint64_t given_back = 0;    // messages held at the end, neither printed nor deleted
};

/// Receives messages, checks and prints them, and deletes what was printed. A message that is not
/// valid is logged and left alone: the queue's redrive policy sees to it. Failures of the queue are
/// waited out. With `transactions` the events of a transaction wait for one another; what is held
/// at the end is given back to the queue. For one thread.
class consumer {
 public:
  consumer(asio::any_io_executor executor, consumer_options how, aws::sqs_client sqs);
  ~consumer();

  /// Comes back at an ending, when the batches in hand are printed and deleted. A long poll that
  /// waits meanwhile is left behind: stop the io_context then.
  asio::awaitable<ending> run();
  void stop();

  const consumer_counters& counters() const noexcept;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace tidewire::consumer
