#include "consumer/ask_in_parts.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

namespace tidewire::consumer {
namespace {

constexpr std::size_t parts_max = 4;
constexpr std::size_t a_request = aws::sqs_client::messages_per_batch_max;

struct parts {
  explicit parts(const asio::any_io_executor& executor)
      : ended(executor, std::chrono::steady_clock::time_point::max()) {}
  aws::entry_failures failures;
  std::size_t running = 0;
  asio::steady_timer ended;  // cancelled when one has
};

asio::awaitable<void> ask_one(std::shared_ptr<parts> all,
                              ask_part ask,
                              std::size_t begin,
                              std::size_t end) {
  auto asking = ask(begin, end);
  const auto answer = co_await std::move(asking);
  if (answer) {
    for (const auto& [index, why] : *answer) all->failures.emplace_back(begin + index, why);
  } else {
    for (std::size_t i = begin; i < end; ++i) all->failures.emplace_back(i, answer.error());
  }
  --all->running;
  all->ended.cancel();
}

}  // namespace

asio::awaitable<aws::entry_failures> ask_in_parts(asio::any_io_executor executor,
                                                  std::size_t count,
                                                  ask_part ask) {
  const auto all = std::make_shared<parts>(executor);
  const std::size_t requests = (count + a_request - 1) / a_request;
  const std::size_t size = (requests + parts_max - 1) / parts_max * a_request;
  for (std::size_t begin = 0; begin < count; begin += size) {
    ++all->running;
    asio::co_spawn(executor,
                   ask_one(all, ask, begin, std::min(begin + size, count)),
                   [](std::exception_ptr error) {
                     if (error) std::rethrow_exception(error);
                   });
  }
  while (all->running > 0) co_await all->ended.async_wait(as_result);
  co_return std::move(all->failures);
}

}  // namespace tidewire::consumer
