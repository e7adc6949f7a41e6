#pragma once

#include "app/aws_clients.hpp"
#include "config/settings.hpp"
#include "relay/dead_letter.hpp"
#include "relay/worker.hpp"
#include "sinks/letter_box.hpp"

#include <memory>
#include <string>

namespace tidewire::app {

/// The engine's dead letters: to the queue of tidewire.sink.dead-letter.queue with the event's
/// bytes, in the form that the relay's have; what is too large for a queue goes to the file of
/// tidewire.sink.dead-letter.file, and the queue is told so.
class sink_letters final : public sinks::letter_box {
 public:
  sink_letters(asio::any_io_executor executor,
               const config::settings& properties,
               const aws_clients& clients);

  asio::awaitable<bool> put(const pipeline::record_state& r, std::string reason) override;
  void stop() override { letters_.stop(); }

 private:
  aws::sqs_client sqs_;
  relay::worker disk_;
  relay::dead_letters letters_;
};

/// Null where tidewire.sink.oversize does not ask for dead letters.
std::unique_ptr<sink_letters> make_sink_letters(asio::any_io_executor executor,
                                                const config::settings& properties,
                                                const aws_clients& clients);

}  // namespace tidewire::app
