#pragma once

#include "aws/sqs.hpp"
#include "base/task.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <functional>

namespace tidewire::consumer {

/// Asks for the entries from `begin` to before `end`; failures are counted from `begin`.
using ask_part = std::function<aws::call<aws::entry_failures>(std::size_t begin, std::size_t end)>;

/// Asks for `count` entries in up to four parts at a time, since a request has ten of them, and the
/// thousands of a large transaction would take too long one request after another.
/// \param ask and what it refers to must live until the end.
/// \return the failures of all; where a part failed as a whole, of each of its entries.
asio::awaitable<aws::entry_failures> ask_in_parts(asio::any_io_executor executor,
                                                  std::size_t count,
                                                  ask_part ask);

}  // namespace tidewire::consumer
