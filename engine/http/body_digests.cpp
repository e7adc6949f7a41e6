#include "http/body_digests.hpp"

#include <boost/asio/post.hpp>

#include <array>
#include <optional>

namespace tidewire::http {

/// In its place on every way out, also when its coroutine is destroyed while it waits.
struct body_digests::waiter {
  waiter(body_digests& of, std::string_view text) : owner(of), body(text) {
    owner.waiting_.push_back(this);
  }
  ~waiter() { std::erase(owner.waiting_, this); }
  waiter(const waiter&) = delete;
  waiter& operator=(const waiter&) = delete;

  body_digests& owner;
  std::string_view body;
  std::optional<sha256_digest> digest;
};

asio::awaitable<sha256_digest> body_digests::of(std::string_view body) {
  if (body.size() < shared_bytes_min) co_return alone_(body);
  waiter me(*this, body);
  if (waiting_.size() < sha256_lanes) co_await asio::post(executor_, asio::use_awaitable);
  if (!me.digest) hash_waiting();
  co_return *me.digest;
}

void body_digests::hash_waiting() {
  std::array<std::string_view, sha256_lanes> bodies;
  std::array<sha256_digest, sha256_lanes> made;
  const std::size_t count = waiting_.size();
  for (std::size_t i = 0; i < count; ++i) bodies[i] = waiting_[i]->body;
  const bool together = count > 1 && sha256_many({bodies.data(), count}, {made.data(), count});
  for (std::size_t i = 0; i < count; ++i)
    waiting_[i]->digest = together ? made[i] : alone_(bodies[i]);
  waiting_.clear();
}

}  // namespace tidewire::http
