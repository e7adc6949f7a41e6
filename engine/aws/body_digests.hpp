#pragma once

#include "aws/digest.hpp"
#include "base/task.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <string_view>

namespace tidewire::aws {

/// Digests of bodies that are about to be signed, two at a time where a second one is ready by the
/// next turn of the executor. For one thread.
class body_digests {
 public:
  /// A smaller body does not wait for another.
  static constexpr std::size_t shared_bytes_min = 16U * 1024U;

  explicit body_digests(asio::any_io_executor executor) : executor_(std::move(executor)) {}

  /// SHA-256 of the body, which lives until then.
  asio::awaitable<sha256_digest> of(std::string_view body);

 private:
  struct waiter;

  asio::any_io_executor executor_;
  waiter* alone_ = nullptr;  // waits for a second one; lives in its coroutine
};

}  // namespace tidewire::aws
