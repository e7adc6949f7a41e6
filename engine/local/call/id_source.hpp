#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace tidewire::local {

/// Random identifiers: request ids, message ids, receipt handles. For one thread.
class id_source {
 public:
  id_source() : id_source(std::random_device{}() * 0x9e3779b97f4a7c15U + std::random_device{}()) {}
  explicit id_source(std::uint64_t seed) : random_(seed) {}

  /// `3d1f8a54-6f1e-4c0b-9f5e-0a4c1d2e3f40`, version 4.
  std::string uuid();
  std::uint64_t number() { return random_(); }

 private:
  std::mt19937_64 random_;
};

}  // namespace tidewire::local
