#pragma once

#include <cstdint>

namespace tidewire::testing {

/// How often this thread has asked for memory so far. Counted by the operators in allocations.cpp,
/// which the program is to be linked with; what C libraries take by malloc is only counted where a
/// sanitizer tells of it.
std::uint64_t allocations() noexcept;

}  // namespace tidewire::testing
