#pragma once

#include "app/aws_clients.hpp"
#include "ledger/book.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>

namespace tidewire::app {

/// What one place held.
struct place_tally {
  std::uint64_t events = 0;
  std::uint64_t tombstones = 0;
  std::uint64_t others = 0;  // records that are no events of a table
};

/// Each reads all that is in a place into the book, in the order in which it arrived there: of a
/// stream that was split or merged, parents before their children. The book and the clients outlive
/// the coroutine. \throws startup_error with exit code 1 where the place cannot be read.
asio::awaitable<place_tally> read_stream_arrivals(const aws_clients& clients,
                                                  std::string stream,
                                                  ledger::book& to);
/// Takes the messages out of the queue: what was read is deleted.
asio::awaitable<place_tally> drain_queue_arrivals(const aws_clients& clients,
                                                  std::string queue,
                                                  ledger::book& to);
/// Lines of `tidewire consume --output json` or of the standard output sink. The last one may be
/// cut short by a kill.
place_tally read_file_arrivals(const std::string& path, ledger::book& to);

}  // namespace tidewire::app
