#include "relay/relay.hpp"

#include "base/startup_error.hpp"
#include "relay/dead_letter.hpp"
#include "relay/gate.hpp"
#include "relay/stream_relay.hpp"

#include <list>
#include <utility>

namespace tidewire::relay {

struct relay::state {
  state(asio::any_io_executor executor,
        relay_options how,
        aws::kinesis_client kinesis_of,
        aws::eventbridge_client bus_of,
        aws::sqs_client sqs_of)
      : options(std::move(how)),
        kinesis(std::move(kinesis_of)),
        bus(std::move(bus_of)),
        sqs(std::move(sqs_of)),
        folder(options.folder),
        letters(executor,
                sqs,
                disk,
                {.queue = options.dead_letter_queue,
                 .file = options.folder + "/dead-letters.jsonl",
                 .now = options.now}),
        services{executor, options, kinesis, bus, letters, folder, disk, counters, packed},
        running(executor) {
    if (const auto opened = folder.open(); !opened) throw startup_error(opened.error().message);
    for (const auto& entries : options.streams) {
      if (const auto loaded = folder.load(entries.stream); !loaded)
        throw startup_error(loaded.error().message);
      streams.emplace_back(services, entries);
    }
  }

  relay_options options;
  aws::kinesis_client kinesis;
  aws::eventbridge_client bus;
  aws::sqs_client sqs;
  checkpoint_folder folder;
  // Behind the folder, so that it goes first: its end waits for the writes that are under way or
  // queued, and those use the folder.
  worker disk;
  relay_counters counters;
  unpacker packed;  // one for all shards: what it holds is dealt with before the next is unpacked
  dead_letters letters;
  relay_services services;
  std::list<stream_relay> streams;
  gate running;
};

relay::relay(asio::any_io_executor executor,
             relay_options how,
             aws::kinesis_client kinesis,
             aws::eventbridge_client bus,
             aws::sqs_client sqs)
    : state_(std::make_unique<state>(std::move(executor),
                                     std::move(how),
                                     std::move(kinesis),
                                     std::move(bus),
                                     std::move(sqs))) {}
relay::~relay() = default;

asio::awaitable<void> relay::run() {
  for (auto& stream : state_->streams) state_->running.start(stream.run());
  co_await state_->running.wait();
}

void relay::stop() {
  for (auto& stream : state_->streams) stream.stop();
  state_->letters.stop();
}

const relay_counters& relay::counters() const noexcept {
  return state_->counters;
}

std::vector<stream_state> relay::streams() const {
  std::vector<stream_state> all;
  for (const auto& stream : state_->streams) all.push_back(stream.state());
  return all;
}

}  // namespace tidewire::relay
