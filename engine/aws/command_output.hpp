#pragma once

#include "aws/failure.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <string>

namespace tidewire::aws {

/// What a command of the shell writes on standard output; its standard error is ours. It is killed,
/// with all that it started, when it takes longer than `within` or writes more than 64 KiB.
/// \errors a failure that may heal, also where it ends with anything but 0; its message holds
/// nothing of what was written.
call<std::string> command_output(asio::any_io_executor executor,
                                 std::string command,
                                 std::chrono::milliseconds within);

}  // namespace tidewire::aws
