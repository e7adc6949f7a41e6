#include "postgres/snapshot_lane.hpp"

#include "base/task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <chrono>

namespace tidewire::postgres {
namespace {

void wake_up(snapshot_lane& lane, outcome<nothing> how, session_bell& bell) {
  lane.now = how ? snapshot_lane::phase::reading : snapshot_lane::phase::failed;
  if (!how) lane.trouble = std::move(how).error();
  bell.ring();
}

asio::awaitable<void> wait_for_copy(std::shared_ptr<snapshot_lane> lane,
                                    std::shared_ptr<session_bell> bell,
                                    std::string statement) {
  auto begun = co_await lane->link->start_stream(std::move(statement));
  wake_up(*lane, std::move(begun), *bell);
}

asio::awaitable<void> wait_for_rows(std::shared_ptr<snapshot_lane> lane,
                                    std::shared_ptr<session_bell> bell) {
  connection& link = *lane->link;
  const auto until = std::chrono::steady_clock::now() + link.options().query_ms_max;
  auto readable = co_await link.wait_readable(until);
  outcome<nothing> how = nothing{};
  if (!readable) {
    how = std::move(readable).error();
  } else if (!*readable && std::chrono::steady_clock::now() >= until) {
    link.cancel();
    link.close();
    how = make_failure(errc::deadline_exceeded, "it waited for the next row in vain");
  }
  wake_up(*lane, std::move(how), *bell);
}

}  // namespace

void begin_copy(const std::shared_ptr<snapshot_lane>& lane,
                const asio::any_io_executor& executor,
                std::shared_ptr<session_bell> bell,
                std::string statement) {
  lane->now = snapshot_lane::phase::asleep;
  asio::co_spawn(
      executor, wait_for_copy(lane, std::move(bell), std::move(statement)), asio::detached);
}

void fall_asleep(const std::shared_ptr<snapshot_lane>& lane,
                 const asio::any_io_executor& executor,
                 std::shared_ptr<session_bell> bell) {
  lane->now = snapshot_lane::phase::asleep;
  asio::co_spawn(executor, wait_for_rows(lane, std::move(bell)), asio::detached);
}

}  // namespace tidewire::postgres
