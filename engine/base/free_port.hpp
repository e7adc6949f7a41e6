#pragma once

#include <cstdint>

namespace tidewire {

/// A TCP port of the loopback address that is free now, for a server that is about to start. It is
/// none of those that Linux gives to clients (from 32768 on), since any connection could take one
/// of these before the server does, or while it restarts. \throws startup_error if all are taken.
std::uint16_t free_port();

}  // namespace tidewire
