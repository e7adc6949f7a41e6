#pragma once

#include "aws/sqs.hpp"
#include "base/task.hpp"
#include "consumer/hidden_messages.hpp"
#include "consumer/receipt.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tidewire::consumer {

/// Full jitter, up to 20 s.
std::chrono::milliseconds backoff(int failures);
asio::awaitable<void> sleep(asio::any_io_executor executor, std::chrono::milliseconds time);

/// The SQS queue, as the consumer has it. What fails is logged once, until something else happens.
/// For one thread.
class queue {
 public:
  /// \param name_or_url a name is asked for at the first receive.
  /// \param visibility how long a received message is hidden from others.
  queue(asio::any_io_executor executor,
        std::string name_or_url,
        std::chrono::seconds visibility,
        aws::sqs_client sqs);

  /// A long poll; nothing where it failed, or where the queue is not to be found now.
  asio::awaitable<std::optional<std::vector<aws::received_message>>> receive(
      int messages_max, std::chrono::seconds wait);

  /// From now on the message stays hidden until it is let go.
  void keep(const std::string& handle);
  void let_go(const std::string& handle) { hidden_.remove(handle); }
  /// Hides what is kept, again and again, until close().
  asio::awaitable<void> keep_hidden();
  void close();

  /// Lets them go, so that others get them at once. \return how many.
  asio::awaitable<std::size_t> give_back(std::vector<std::string> handles);

  /// The ids of those that were deleted. What fails for a moment is tried again; what stays comes
  /// once more.
  asio::awaitable<std::vector<std::string>> remove(std::vector<receipt> messages);

 private:
  asio::awaitable<bool> find();
  asio::awaitable<aws::entry_failures> change(std::vector<aws::visibility_change> changes);
  void cannot_hide(const std::string& handle, const aws::failure& why);
  void say(const std::string& kind, telemetry::level l, const std::string& text);

  asio::any_io_executor executor_;
  std::string name_;
  std::string url_;  // empty until it was found
  std::chrono::seconds visibility_;
  aws::sqs_client sqs_;
  hidden_messages hidden_;
  asio::steady_timer due_;  // when the next one kept is to be hidden anew
  bool is_open_ = true;
  bool is_hiding_ = false;           // a request is on its way
  asio::steady_timer hiding_ended_;  // cancelled when it has
  std::string trouble_;              // kind of the failure that was logged last
};

}  // namespace tidewire::consumer
