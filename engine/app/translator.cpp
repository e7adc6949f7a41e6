#include "app/translator.hpp"

#include "postgres/errc.hpp"

#include <algorithm>
#include <variant>

namespace tidewire::app {
namespace {

event::old_row old_row_of(postgres::old_row_kind kind) noexcept {
  switch (kind) {
    case postgres::old_row_kind::key:
      return event::old_row::key;
    case postgres::old_row_kind::full:
      return event::old_row::full;
    case postgres::old_row_kind::none:
      break;
  }
  return event::old_row::none;
}

template <class... Functions>
struct overloaded : Functions... {
  using Functions::operator()...;
};

}  // namespace

translator::translator(const event::options& how,
                       postgres::table_filter captured,
                       event::streams& names,
                       event::record_output& out,
                       wall_clock now)
    : captured_(std::move(captured)),
      now_(std::move(now)),
      how_(how),
      transactions_(how_, names, out),
      changes_(how_, out, how_.transaction_metadata ? &transactions_ : nullptr),
      messages_(how_, names, out),
      heartbeats_(how_, names, out) {}

result<const event::table_plan*> translator::plan_of(oid relation) {
  if (relation == last_relation_) return last_plan_;
  const auto found = plans_.find(relation);
  if (found == plans_.end()) return make_error_code(postgres::errc::malformed_message);
  last_relation_ = relation;
  last_plan_ = found->second.get();
  return last_plan_;
}

result<std::optional<lsn>> translator::apply(const postgres::pgoutput_message& message,
                                             const postgres::xlog_data& at) {
  context_.position = at.start;
  std::optional<lsn> committed;
  error_code error;
  // Runs `use` with the relation's plan, if it is captured.
  const auto with_plan = [&](oid relation, std::uint64_t& count, const auto& use) {
    ++count;
    const auto plan = plan_of(relation);
    if (!plan)
      error = plan.error();
    else if (*plan != nullptr)
      use(**plan);
  };
  std::visit(overloaded{
                 [&](const postgres::insert_message& m) {
                   with_plan(m.relation, counters_.inserts, [&](const event::table_plan& plan) {
                     changes_.insert(plan, m.new_row, context_);
                   });
                 },
                 [&](const postgres::update_message& m) {
                   with_plan(m.relation, counters_.updates, [&](const event::table_plan& plan) {
                     changes_.update(plan, old_row_of(m.old_kind), m.old_row, m.new_row, context_);
                   });
                 },
                 [&](const postgres::delete_message& m) {
                   with_plan(m.relation, counters_.deletes, [&](const event::table_plan& plan) {
                     changes_.remove(plan, old_row_of(m.old_kind), m.old_row, context_);
                   });
                 },
                 [&](const postgres::truncate_message& m) {
                   for (const oid relation : m.relations)
                     with_plan(relation, counters_.others, [&](const event::table_plan& plan) {
                       changes_.truncate(plan, context_);
                     });
                 },
                 [&](const postgres::begin_message& m) { begin(m); },
                 [&](const postgres::commit_message& m) { committed = commit(m); },
                 [&](const postgres::logical_message& m) { logical(m); },
                 [](const postgres::origin_message&) {
                 },  // where a replicated change was first made; no event tells it
                 [](const postgres::relation_message&) {},  // the caller's
                 [](const postgres::type_message&) {},
             },
             message);
  if (error) return error;
  return committed;
}

void translator::begin(const postgres::begin_message& m) {
  in_transaction_ = true;
  context_.xid = m.xid;
  context_.time_us = postgres::unix_us_of(m.commit_time_us);
  context_.id = {.commit = m.final_lsn, .ordinal = 0};
  if (how_.transaction_metadata) transactions_.begin(context_);
}

lsn translator::commit(const postgres::commit_message& m) {
  if (how_.transaction_metadata) transactions_.end(context_);
  in_transaction_ = false;
  context_.xid.reset();
  context_.last_commit = m.end_lsn;
  ++counters_.transactions;
  counters_.commit_ms = context_.time_us / 1000;
  counters_.behind_ms = std::max<std::int64_t>(0, context_.now_ms - counters_.commit_ms);
  return m.end_lsn;
}

void translator::logical(const postgres::logical_message& m) {
  ++counters_.others;
  if (m.transactional) {
    messages_.message(m.prefix, m.content, true, context_);
    return;
  }
  // It stands outside any transaction, also when it comes in the middle of one.
  event::change_context alone = context_;
  alone.position = m.position;
  alone.xid.reset();
  alone.time_us = 0;
  alone.id = {.commit = m.position, .ordinal = 0};
  messages_.message(m.prefix, m.content, false, alone);
}

void translator::set_plan(oid relation, event::table_plan_ptr plan) {
  last_relation_ = {};
  plans_.insert_or_assign(relation, std::move(plan));
}

bool translator::inserts_may_pass(oid relation) const {
  const auto found = plans_.find(relation);
  return found != plans_.end() && found->second &&
         event::insert_order(*found->second) != event::keyless_order::stream;
}

void translator::beat() {
  tick();
  event::change_context alone = context_;
  alone.id = {.commit = context_.position.value_or(lsn{}),
              .ordinal = static_cast<std::uint32_t>(alone.now_ms)};
  heartbeats_.beat(alone);
}

event::change_context translator::beside(lsn position) const {
  event::change_context row = context_;
  row.position = position;
  row.xid.reset();
  row.marker = event::snapshot_marker::incremental;
  return row;
}

void translator::reconnected() {
  plans_.clear();
  last_relation_ = {};
  last_plan_ = nullptr;
  in_transaction_ = false;
}

}  // namespace tidewire::app
