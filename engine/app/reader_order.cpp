#include "app/reader.hpp"
#include "telemetry/log.hpp"

/// Where order begins to count behind records that stand in none.
namespace tidewire::app {

/// \return false: the program is to stop, or the stream to be let go of, before all that was read
/// has arrived. The caller's loop looks at both before it reads on.
asio::awaitable<bool> reader::all_arrived() {
  out_->seal();
  const auto until = patience_ends();
  while (!out_->idle()) {
    if (stopping_ || !let_go_.empty()) co_return false;
    starved_ = true;
    co_await room_.wait_until(until);
    starved_ = false;
    if (clock::now() >= until) lose_patience();
  }
  translator_.tick();
  co_return true;
}

/// A relation was announced. Inserts that may pass each other may still be on their way; when the
/// table has got a replica identity or a key meanwhile, updates of those very rows may be next, and
/// nothing else would keep them behind. Also where the change came between two connections, and
/// where a connection was lost behind a snapshot's rows.
postgres::call<onward> reader::settle_order(oid relation) {
  if (translator_.inserts_may_pass(relation)) {
    unordered_.insert(relation);
    co_return onward::go_on;
  }
  const bool inserts = unordered_.contains(relation);
  if (!inserts && !rows_unordered_) co_return onward::go_on;
  if (inserts)
    telemetry::log(telemetry::level::info,
                   "run",
                   "rows of relation {} can change from now on; waiting until the inserts before "
                   "have arrived",
                   relation.value);
  if (!co_await all_arrived()) co_return stopping_ ? onward::stop : onward::go_on;
  unordered_.erase(relation);
  rows_unordered_ = false;
  co_return onward::go_on;
}

}  // namespace tidewire::app
