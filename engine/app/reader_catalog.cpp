#include "app/reader.hpp"
#include "postgres/catalog.hpp"
#include "postgres/table_merge.hpp"

#include <algorithm>
#include <utility>

/// What the catalogue says of tables and types that the stream announces.
namespace tidewire::app {

postgres::call<postgres::nothing> reader::open_catalog() {
  if (catalog_ && catalog_->healthy()) co_return nothing{};
  auto opened =
      co_await postgres::connection::open(how_.database, postgres::connection_mode::query);
  if (!opened) co_return std::move(opened).error();
  catalog_ = std::move(*opened);
  co_return nothing{};
}

postgres::call<postgres::nothing> reader::learn_types(const postgres::table& table) {
  const auto known = [this](const postgres::column& c) { return types_.find(c.type) != nullptr; };
  if (std::ranges::all_of(table.columns, known)) co_return nothing{};
  co_return co_await reload_types();
}

postgres::call<postgres::nothing> reader::reload_types() {
  auto loaded = co_await postgres::load_types(*catalog_);
  if (!loaded) co_return std::move(loaded).error();
  loaded->prefer(types_);
  types_ = std::move(*loaded);
  co_return nothing{};
}

/// A new plan from the catalogue as it is now, as Debezium does it. `relation` lives in the decoder
/// until the next message.
postgres::call<postgres::nothing> reader::learn_relation(
    const postgres::relation_message& relation) {
  if (!translator_.captures(relation)) {
    translator_.ignore(relation.id);
    co_return nothing{};
  }
  if (signals_) signals_->watch.learn(relation);
  if (auto open = co_await open_catalog(); !open) co_return open;
  auto described = co_await postgres::describe_table(*catalog_, relation.id);
  if (!described) co_return std::move(described).error();
  // A type made since the last look. New labels of an enum are not looked for: Debezium shows the
  // old ones, too.
  const auto known = [this](const postgres::relation_column& c) {
    return types_.find(c.type) != nullptr;
  };
  if (!std::ranges::all_of(relation.columns, known)) {
    if (auto loaded = co_await reload_types(); !loaded) co_return std::move(loaded).error();
  }
  const postgres::table merged =
      postgres::merge(relation, described->has_value() ? &**described : nullptr);
  translator_.set_plan(
      relation.id, event::make_plan(merged, types_, how_.events, *names_, event::origin::stream));
  co_return nothing{};
}

}  // namespace tidewire::app
