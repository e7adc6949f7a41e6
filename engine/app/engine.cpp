#include "app/engine.hpp"

#include "app/engine_options.hpp"
#include "app/offsets_lock.hpp"
#include "base/startup_error.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <cstdlib>
#include <utility>

namespace tidewire::app {
namespace {

constexpr std::chrono::seconds publisher_grace{2};

}  // namespace

engine::engine(asio::io_context& io,
               const config::settings& properties,
               const config::environment& env)
    : bell_(io.get_executor()), pool_(pipeline_options_of(properties).pool) {
  const pipeline_options how = pipeline_options_of(properties);
  reader_options reading = reader_options_of(properties);
  if (!reading.offsets_file.empty()) {
    auto lock = lock_offsets(reading.offsets_file, file_lock::kind::shared);
    if (!lock)
      throw startup_error(
          "the position file " + reading.offsets_file +
          " is being replaced by `tidewire offsets`; start again when that is done");
    lock_ = std::move(*lock);
  }
  std::vector<pipeline::exchange*> ends;
  for (std::size_t i = 0; i < how.publisher_threads; ++i) {
    publishers_.push_back(std::make_unique<publisher_thread>(
        properties, env, how.publisher, how.pool.batches_max, bell_));
    ends.push_back(&publishers_.back()->between());
  }
  outlet_ = std::make_unique<pipeline::outlet>(how.outlet, pool_, std::move(ends));
  reader_ =
      std::make_unique<reader>(io.get_executor(), std::move(reading), names_, *outlet_, bell_, [] {
        return std::chrono::system_clock::now();
      });
  guardian_ = std::make_unique<slot_guardian>(
      io.get_executor(), guardian_options_of(properties), [this](slot_guardian::release why) {
        reader_->let_go(why);
      });
}

asio::awaitable<void> engine::run() {
  for (const auto& publisher : publishers_) publisher->start();
  const auto executor = co_await asio::this_coro::executor;
  asio::co_spawn(executor, guardian_->run(), asio::detached);
  co_await reader_->run();
  guardian_->stop();
  const auto until = std::chrono::steady_clock::now() + publisher_grace;
  for (const auto& publisher : publishers_) {
    if (publisher->stop(until)) continue;
    // A request hangs. What it carries is not called durable, and comes again after the next start.
    telemetry::log(telemetry::level::info,
                   "run",
                   "requests are still under way at the sink; not waiting for their answers");
    std::_Exit(EXIT_SUCCESS);
  }
}

}  // namespace tidewire::app
