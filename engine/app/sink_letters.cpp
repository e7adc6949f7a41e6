#include "app/sink_letters.hpp"

#include <fmt/format.h>

#include <utility>

namespace tidewire::app {

sink_letters::sink_letters(asio::any_io_executor executor,
                           const config::settings& properties,
                           const aws_clients& clients)
    : sqs_(clients.sqs()),
      letters_(std::move(executor),
               sqs_,
               disk_,
               {.queue = properties.text("tidewire.sink.dead-letter.queue"),
                .file = properties.text("tidewire.sink.dead-letter.file"),
                .room = "sinks"}) {}

asio::awaitable<bool> sink_letters::put(const pipeline::record_state& r, std::string reason) {
  const event::record& record = r.record();
  relay::dead_letter letter{
      .reason = std::move(reason),
      .stream = record.destination->name,
      .shard = {},
      .sequence_number = fmt::format("{:016X}-{}", record.id.commit.value, record.id.ordinal),
      .sub_sequence_number = {},
      .partition_key = std::string(r.key()),
      .data = std::string(r.value())};
  co_return co_await letters_.put(std::move(letter));
}

std::unique_ptr<sink_letters> make_sink_letters(asio::any_io_executor executor,
                                                const config::settings& properties,
                                                const aws_clients& clients) {
  if (properties.text("tidewire.sink.oversize") != "dead-letter") return nullptr;
  return std::make_unique<sink_letters>(std::move(executor), properties, clients);
}

}  // namespace tidewire::app
