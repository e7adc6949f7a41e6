#pragma once

#include "consumer/allowance.hpp"
#include "consumer/consumer.hpp"
#include "consumer/envelope.hpp"
#include "consumer/output.hpp"
#include "consumer/piece.hpp"
#include "consumer/queue.hpp"
#include "consumer/seen_events.hpp"
#include "consumer/transaction_groups.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace tidewire::consumer {

/// Kept alive by every coroutine of it, since a long poll may outlast run().
struct consumer::state : std::enable_shared_from_this<consumer::state> {
  state(asio::any_io_executor executor_of, consumer_options how, aws::sqs_client sqs)
      : executor(std::move(executor_of)),
        options(std::move(how)),
        source(executor, options.queue, options.visibility, std::move(sqs)),
        reader({.unwrapped = options.unwrapped,
                .identities = options.remembered > 0,
                .transactions = options.transactions.has_value()}),
        seen(options.remembered),
        out(options.descriptor),
        allowed(options.transactions ? std::nullopt : options.messages_max),
        expiry(executor, std::chrono::steady_clock::time_point::max()),
        ended(executor, std::chrono::steady_clock::time_point::max()) {
    if (options.transactions) groups.emplace(*options.transactions);
  }

  // consumer.cpp: the life of a run.
  void spawn(asio::awaitable<void> (consumer::state::*part)());
  asio::awaitable<void> keep_hidden() { co_await source.keep_hidden(); }
  asio::awaitable<void> receive_for_ever();
  asio::awaitable<void> give_back();
  void end(ending how);
  void begin_work() { ++busy; }
  void end_work();
  bool is_idle_for_too_long() const;
  std::chrono::seconds poll_time() const;

  // consumer_batches.cpp: from what was received to what was deleted.
  asio::awaitable<void> handle(std::vector<aws::received_message> messages, int claimed);
  std::optional<received_event> check(const aws::received_message& message);
  piece make_piece(const aws::received_message& message, const received_event& event);
  piece make_piece(transaction_run run);
  void hold(const aws::received_message& message, received_event event, std::vector<piece>& ready);
  asio::awaitable<void> give_up_for_ever();
  asio::awaitable<std::size_t> print_and_delete(std::vector<piece> pieces);
  void count(const std::vector<piece>& pieces, std::size_t printed);

  asio::any_io_executor executor;
  consumer_options options;
  queue source;
  envelope_reader reader;
  seen_events seen;
  output out;
  allowance allowed;
  std::optional<transaction_groups> groups;
  asio::steady_timer expiry;  // of the oldest transaction that is held
  consumer_counters counters;
  std::chrono::steady_clock::time_point last_message = std::chrono::steady_clock::now();
  std::size_t busy = 0;     // batches in hand
  std::size_t polling = 0;  // receives under way
  std::optional<ending> how_it_ended;
  asio::steady_timer ended;
};

}  // namespace tidewire::consumer
