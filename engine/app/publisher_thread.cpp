#include "app/publisher_thread.hpp"

#include "app/sink_factory.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/co_spawn.hpp>

#include <cstdlib>
#include <exception>
#include <utility>

namespace tidewire::app {

publisher_thread::publisher_thread(const config::settings& properties,
                                   const config::environment& env,
                                   sinks::publisher::options how,
                                   std::size_t batches_max,
                                   pipeline::doorbell& reader_bell)
    : clients_(io_.get_executor(), properties, env),
      destination_(make_destination(properties, clients_)),
      between_(batches_max, io_.get_executor(), reader_bell),
      letters_(make_sink_letters(io_.get_executor(), properties, clients_)),
      publisher_(
          io_.get_executor(), std::move(how), between_, *destination_, counters_, letters_.get()) {}

publisher_thread::~publisher_thread() {
  if (!thread_.joinable()) return;
  publisher_.stop();
  thread_.join();
}

void publisher_thread::start() {
  thread_ = std::thread([this] { work(); });
}

void publisher_thread::work() {
  try {
    asio::co_spawn(io_, publisher_.run(), [this](const std::exception_ptr& error) {
      io_.stop();  // the clients may keep timers of their own
      if (error) std::rethrow_exception(error);
    });
    io_.run();
  } catch (const sinks::sink_gone& gone) {
    telemetry::log(telemetry::level::error,
                   "run",
                   "{}; what it did not get comes again after the next start",
                   gone.what());
    std::_Exit(EXIT_FAILURE);
  } catch (const std::exception& error) {
    // Out of memory, or a defect. Nothing is lost by ending: the slot's position stands before
    // whatever is not durable.
    telemetry::log(
        telemetry::level::error, "run", "a publisher ended unexpectedly: {}", error.what());
    std::_Exit(EXIT_FAILURE);
  }
  ended_.set_value();
}

bool publisher_thread::stop(std::chrono::steady_clock::time_point until) {
  if (!thread_.joinable()) return true;
  publisher_.stop();
  if (ended_.get_future().wait_until(until) != std::future_status::ready) return false;
  thread_.join();
  return true;
}

}  // namespace tidewire::app
