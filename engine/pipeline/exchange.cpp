#include "pipeline/exchange.hpp"

#include <cassert>

namespace tidewire::pipeline {

void exchange::push(spsc_ring<batch*>& ring, batch& b) {
  [[maybe_unused]] const bool pushed = ring.try_push(&b);
  assert(pushed && "the ring holds every batch of the pool");
}

}  // namespace tidewire::pipeline
