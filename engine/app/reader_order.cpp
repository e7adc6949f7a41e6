#include "app/reader.hpp"
#include "telemetry/log.hpp"

/// Where the order of a table's events begins to count.
namespace tidewire::app {

/// A relation was announced. Inserts that stand in no order may still be on their way; when the
/// table has got a replica identity or a key meanwhile, updates of those very rows may be next, and
/// nothing else would keep them behind. Also where the change came between two connections.
postgres::call<onward> reader::settle_order(oid relation) {
  if (translator_.inserts_unordered(relation)) {
    unordered_.insert(relation);
    co_return onward::go_on;
  }
  if (!unordered_.contains(relation)) co_return onward::go_on;
  telemetry::log(
      telemetry::level::info,
      "run",
      "rows of relation {} can change from now on; waiting until the inserts before have "
      "arrived",
      relation.value);
  out_->seal();
  while (!out_->idle()) {
    if (stopping_) co_return onward::stop;
    if (!let_go_.empty()) co_return onward::go_on;  // nothing is read before the caller sees it
    co_await wait_for_sink();
  }
  unordered_.erase(relation);
  co_return onward::go_on;
}

}  // namespace tidewire::app
