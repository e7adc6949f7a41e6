#include "app/allocator.hpp"

#include <malloc.h>

namespace tidewire::app {

void set_allocator_limits(const allocator_limits& to) noexcept {
  mallopt(M_MMAP_THRESHOLD, to.mapped_bytes_min);
  mallopt(M_TRIM_THRESHOLD, to.free_bytes_max);
}

}  // namespace tidewire::app
