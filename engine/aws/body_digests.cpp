#include "aws/body_digests.hpp"

#include "aws/sha256_pair.hpp"

#include <boost/asio/post.hpp>

#include <optional>
#include <utility>

namespace tidewire::aws {

/// In its place on every way out, also when its coroutine is destroyed while it waits.
struct body_digests::waiter {
  waiter(body_digests& of, std::string_view text) : owner(of), body(text) { owner.alone_ = this; }
  ~waiter() { leave(); }
  waiter(const waiter&) = delete;
  waiter& operator=(const waiter&) = delete;

  void leave() noexcept {
    if (owner.alone_ == this) owner.alone_ = nullptr;
  }

  body_digests& owner;
  std::string_view body;
  std::optional<sha256_digest> digest;
};

asio::awaitable<sha256_digest> body_digests::of(std::string_view body) {
  if (body.size() < shared_bytes_min) co_return sha256(body);
  if (waiter* const other = std::exchange(alone_, nullptr)) {
    const auto [first, second] = sha256_pair(other->body, body);
    other->digest = first;
    co_return second;
  }
  waiter me(*this, body);
  co_await asio::post(executor_, asio::use_awaitable);
  me.leave();
  co_return me.digest ? *me.digest : sha256(body);
}

}  // namespace tidewire::aws
