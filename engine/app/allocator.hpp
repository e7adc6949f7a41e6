#pragma once

namespace tidewire::app {

/// How glibc's allocator deals with memory that is free. Left alone it learns from the first large
/// block that is given back: blocks of its size come from its heaps from then on, and twice as much
/// stays there.
struct allocator_limits {
  int mapped_bytes_min;  // larger blocks are the kernel's again as soon as they are free; the most
                         // that glibc takes for it is 32 MiB
  int free_bytes_max;    // at a heap's end
};
void set_allocator_limits(const allocator_limits& to) noexcept;

}  // namespace tidewire::app
