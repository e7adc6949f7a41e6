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

asio::awaitable<sha256_digest> body_digests::of(std::string_view body,
                                                std::chrono::microseconds patience) {
  if (body.size() < shared_bytes_min) co_return alone_(body);
  if (body.size() < patient_bytes_min) patience = {};
  waiter me(*this, body);
  if (waiting_.size() < sha256_lanes) co_await wait_for_others(waiting_.size() == 1, patience);
  if (!me.digest) hash_waiting();
  co_return *me.digest;
}

/// Until the next turn, or until a body hashes all that wait or the patience is over.
asio::awaitable<void> body_digests::wait_for_others(bool is_first,
                                                    std::chrono::microseconds patience) {
  if (patience == std::chrono::microseconds{}) {
    co_await asio::post(executor_, asio::use_awaitable);
    co_return;
  }
  if (is_first) patience_over_.expires_after(patience);
  [[maybe_unused]] const auto [cancelled] = co_await patience_over_.async_wait(as_result);
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
  patience_over_.cancel();
}

}  // namespace tidewire::http
