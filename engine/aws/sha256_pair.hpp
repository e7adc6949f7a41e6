#pragma once

#include "aws/digest.hpp"

#include <array>
#include <string_view>

namespace tidewire::aws {

using sha256_digests = std::array<sha256_digest, 2>;

/// SHA-256 of two texts of about the same size in one go: an x86 processor with the SHA extension
/// has room for the rounds of the one in the waiting times of the other. Other processors, and what
/// the longer one has more, go one by one.
sha256_digests sha256_pair(std::string_view first, std::string_view second);

}  // namespace tidewire::aws
