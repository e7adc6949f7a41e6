#pragma once

#include "aws/failure.hpp"

#include <chrono>

namespace tidewire::aws {

/// `random` (0 to 1) times the smaller of `cap` and `base` doubled `attempt` times: "full jitter"
/// spreads those who failed together. Source: AWS Architecture Blog, "Exponential Backoff and
/// Jitter".
std::chrono::milliseconds full_jitter(int attempt,
                                      std::chrono::milliseconds base,
                                      std::chrono::milliseconds cap,
                                      double random) noexcept;

/// How long to wait before trying again after the failure of attempt number `attempt` (0: the
/// first): 50 ms doubled for stumbles, 1 s doubled for throttling, both up to 20 s; what the
/// service itself asks for raises it by at most 5 s (botocore's standard mode).
std::chrono::milliseconds retry_delay(const failure& why, int attempt, double random) noexcept;

}  // namespace tidewire::aws
