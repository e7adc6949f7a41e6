#pragma once

#include "sinks/destination.hpp"

#include <chrono>

namespace tidewire::sinks {

/// How long to wait before the next attempt: full jitter, random × min(cap, base × 2^(failures-1)),
/// which spreads the attempts of many lanes and engines evenly. The cap grows with the outage: an
/// endpoint that was away for seconds is found again within one, one that has been away for minutes
/// is not hammered. Source: AWS Architecture Blog, "Exponential Backoff And Jitter"; bases as the
/// SDKs' standard mode has them.
/// \param failures in a row, at least 1.
/// \param random in [0, 1).
std::chrono::milliseconds backoff(const verdict& why, unsigned failures, double random) noexcept;

}  // namespace tidewire::sinks
