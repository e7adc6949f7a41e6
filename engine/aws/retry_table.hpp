#pragma once

#include "aws/failure.hpp"

#include <string_view>

namespace tidewire::aws {

/// What a refusal asks of the caller: by its code where the table knows it, else by its HTTP status
/// (0: an entry of a batch, which has none).
remedy remedy_of(unsigned status, std::string_view code, std::string_view message) noexcept;

}  // namespace tidewire::aws
