#include "http/body_digests.hpp"

#include <boost/asio/post.hpp>

#include <optional>
#include <utility>

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
  co_await asio::post(executor_, asio::use_awaitable);
  if (!me.digest) hash_waiting();
  co_return *me.digest;
}

void body_digests::hash_waiting() {
  const std::vector<waiter*> group = std::exchange(waiting_, {});
  std::vector<std::string_view> bodies;
  std::vector<sha256_digest> made(group.size());
  for (const waiter* w : group) bodies.push_back(w->body);
  const bool together = group.size() > 1 && sha256_many(bodies, made);
  for (std::size_t i = 0; i < group.size(); ++i)
    group[i]->digest = together ? made[i] : alone_(bodies[i]);
}

}  // namespace tidewire::http
