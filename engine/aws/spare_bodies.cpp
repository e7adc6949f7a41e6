#include "aws/spare_bodies.hpp"

#include <utility>

namespace tidewire::aws {
namespace {

/// Bodies of one stream differ by a little; with capacities in steps one fits the next.
constexpr std::size_t step_bytes = 64U * 1024U;

}  // namespace

std::string spare_bodies::take(std::size_t bytes) {
  std::string body;
  if (bytes >= body_bytes_min) {
    if (!spare_.empty()) {
      body = std::move(spare_.back());
      spare_.pop_back();
      kept_bytes_ -= body.capacity();
    }
    bytes = (bytes + step_bytes - 1) / step_bytes * step_bytes;
  }
  if (bytes > body.capacity()) {
    body = {};  // before the larger one is taken, not after
    body.reserve(bytes);
  }
  return body;
}

void spare_bodies::give(std::string body) {
  const std::size_t bytes = body.capacity();
  if (bytes < body_bytes_min || kept_bytes_ + bytes > kept_bytes_max) return;
  body.clear();
  kept_bytes_ += bytes;
  spare_.push_back(std::move(body));
}

}  // namespace tidewire::aws
