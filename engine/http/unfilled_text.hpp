#pragma once

#include <cstddef>
#include <string>

namespace tidewire::http {

/// Makes the text `size` bytes long, for the caller to fill: what is new is not cleared first,
/// which would cost as much as to copy it there.
void lengthen_unfilled(std::string& text, std::size_t size);

}  // namespace tidewire::http
