#include "event/change_encoder.hpp"

#include "base/json_text.hpp"
#include "event/encode_scalar.hpp"
#include "event/envelope_text.hpp"
#include "event/record_frame.hpp"
#include "event/table_plan_inside.hpp"

#include <cassert>
#include <optional>
#include <string_view>

namespace tidewire::event {

/// A row, and where an out-of-line value that it does not hold may still be found.
struct change_encoder::row_image {
  postgres::tuple_view values;
  postgres::tuple_view stored;  // the old row, or its key; empty where it is not known
};

struct change_encoder::event_parts {
  std::string_view op;
  const row_image* before = nullptr;
  const row_image* after = nullptr;
  std::string_view key;  // document
  bool has_key = true;
  keyless_order order = keyless_order::stream;
  bool lone = false;
};

namespace {

constexpr std::string_view snapshot_op = "r";

const postgres::value_view& value_of(postgres::tuple_view values,
                                     postgres::tuple_view stored,
                                     std::size_t column) {
  const postgres::value_view& value = values[column];
  if (value.kind != postgres::value_kind::unchanged_toast || column >= stored.size()) return value;
  return stored[column].kind == postgres::value_kind::text ? stored[column] : value;
}

}  // namespace

change_encoder::change_encoder(const options& how,
                               record_output& out,
                               transaction_encoder* transactions)
    : how_(&how), out_(&out), transactions_(transactions) {}

void change_encoder::read(const table_plan& plan,
                          postgres::tuple_view row,
                          change_context& context) {
  read_row(plan, row, /*lone=*/false, context);
}

void change_encoder::read_alone(const table_plan& plan,
                                postgres::tuple_view row,
                                change_context& context) {
  read_row(plan, row, plan.lone_rows, context);
}

void change_encoder::read_row(const table_plan& plan,
                              postgres::tuple_view row,
                              bool lone,
                              change_context& context) {
  const row_image image{.values = row, .stored = {}};
  build_key(plan, image, key_);
  emit(plan,
       {.op = snapshot_op,
        .after = &image,
        .key = key_.view(),
        .has_key = plan.has_key,
        .lone = lone},
       context);
}

void change_encoder::insert(const table_plan& plan,
                            postgres::tuple_view row,
                            change_context& context) {
  if (how_->skipped.create) return;
  const row_image image{.values = row, .stored = {}};
  build_key(plan, image, key_);
  emit(plan,
       {.op = "c",
        .after = &image,
        .key = key_.view(),
        .has_key = plan.has_key,
        .order = plan.insert_order},
       context);
}

void change_encoder::update(const table_plan& plan,
                            old_row kind,
                            postgres::tuple_view old,
                            postgres::tuple_view row,
                            change_context& context) {
  const bool has_key = plan.has_key;
  const row_image before{.values = old, .stored = {}};
  // The server sends the old key, too, where that is stored out of line.
  const row_image after{.values = row,
                        .stored = kind == old_row::none ? postgres::tuple_view{} : old};
  const row_image* const known_before = kind == old_row::none ? nullptr : &before;
  if (how_->skip_unchanged && known_before != nullptr && same_rows(plan, before, after)) return;

  build_key(plan, after, key_);
  if (known_before != nullptr && has_key) {
    build_key(plan, before, old_key_);
    if (old_key_.view() != key_.view()) {
      if (!how_->skipped.remove)
        emit_removal(plan, {.op = "d", .before = &before, .key = old_key_.view()}, context);
      if (!how_->skipped.create)
        emit(plan, {.op = "c", .after = &after, .key = key_.view()}, context);
      return;
    }
  }
  if (how_->skipped.update) return;
  emit(plan,
       {.op = "u", .before = known_before, .after = &after, .key = key_.view(), .has_key = has_key},
       context);
}

void change_encoder::remove(const table_plan& plan,
                            [[maybe_unused]] old_row kind,
                            postgres::tuple_view old,
                            change_context& context) {
  if (how_->skipped.remove) return;
  assert(kind != old_row::none);
  const row_image before{.values = old, .stored = {}};
  build_key(plan, before, key_);
  emit_removal(
      plan, {.op = "d", .before = &before, .key = key_.view(), .has_key = plan.has_key}, context);
}

void change_encoder::truncate(const table_plan& plan, change_context& context) {
  if (how_->skipped.truncate) return;
  emit(plan, {.op = "t", .has_key = false}, context);
}

/// An odd factor makes different numbers of different counts, and spreads them over the high bits
/// too, by which a publisher is chosen.
std::uint64_t change_encoder::hash_of(const event_parts& parts) noexcept {
  constexpr std::uint64_t factor = 0x9E3779B97F4A7C15;
  if (parts.lone) return 0;
  return parts.order == keyless_order::none ? ++unordered_count_ * factor : key_hash(parts.key);
}

void change_encoder::emit(const table_plan& plan,
                          const event_parts& parts,
                          change_context& context) {
  const std::uint64_t hash = hash_of(parts);
  record_buffer& buffer = parts.lone ? out_->for_lone() : out_->for_key(hash);
  record made = begin_record(buffer, plan.destination, hash, parts.key);
  made.has_key = parts.has_key;
  made.order = parts.order;
  made.lone = parts.lone;
  append_value(plan, parts, context, buffer.bytes);
  end_record(buffer, made, context);
}

/// A delete, and the tombstone behind it.
void change_encoder::emit_removal(const table_plan& plan,
                                  const event_parts& parts,
                                  change_context& context) {
  emit(plan, parts, context);
  if (!how_->tombstones) return;
  const std::uint64_t hash = key_hash(parts.key);
  record_buffer& buffer = out_->for_key(hash);
  record made = begin_record(buffer, plan.destination, hash, parts.key);
  made.has_key = parts.has_key;
  end_record(buffer, made, context);
}

void change_encoder::append_value(const table_plan& plan,
                                  const event_parts& parts,
                                  change_context& context,
                                  byte_buffer& out) {
  if (how_->cloud_events) return append_cloud_value(plan, parts, context, out);
  out.append(plan.value_before);
  append_row(plan, parts.before, out);
  out.append(",\"after\":");
  append_row(plan, parts.after, out);
  if (parts.op == snapshot_op) return out.append(end_of_snapshot_row(plan, context));
  append_end(plan, parts.op, context, out);
}

/// Source, op, time and transaction.
void change_encoder::append_end(const table_plan& plan,
                                std::string_view op,
                                const change_context& context,
                                byte_buffer& out) {
  out.append(plan.source_before);
  append_source(out, plan.source_unmarked, plan.source_database, plan.source_table, context);
  out.append(",\"op\":\"");
  out.append(op);
  out.append("\",\"ts_ms\":");
  append_number(out, context.now_ms);
  out.append(",\"transaction\":");
  append_transaction(plan, context, out);
  out.append(plan.value_after);
}

std::string_view change_encoder::end_of_snapshot_row(const table_plan& plan,
                                                     const change_context& context) {
  const bool is_counted = transactions_ != nullptr && transactions_->open();
  if (is_counted || end_of_ != &plan || !tell_the_same(end_at_, context)) {
    end_.clear();
    append_end(plan, snapshot_op, context, end_);
    end_of_ = &plan;
    end_at_ = context;
  }
  return end_.view();
}

void change_encoder::append_cloud_value(const table_plan& plan,
                                        const event_parts& parts,
                                        const change_context& context,
                                        byte_buffer& out) {
  std::optional<cloud_event_order> order;
  if (transactions_ != nullptr && transactions_->open()) {
    const event_order counted = transactions_->next(plan.table);
    order = {.total = counted.total, .in_table = counted.in_table};
  }
  append_cloud_event(out, plan.cloud, parts.op, context, order);
  append_row(plan, parts.before, out);
  out.append(",\"after\":");
  append_row(plan, parts.after, out);
  out.append(plan.cloud.end);
}

void change_encoder::append_row(const table_plan& plan, const row_image* row, byte_buffer& out) {
  if (row == nullptr) return out.append("null");
  append_fields(plan.row, *row, out);
}

void change_encoder::append_transaction(const table_plan& plan,
                                        const change_context& context,
                                        byte_buffer& out) {
  if (transactions_ == nullptr || !transactions_->open()) return out.append("null");
  const event_order order = transactions_->next(plan.table);
  out.append("{\"id\":\"");
  append_transaction_id(out, context);
  out.append("\",\"total_order\":");
  append_number(out, order.total);
  out.append(",\"data_collection_order\":");
  append_number(out, order.in_table);
  out.push_back('}');
}

void change_encoder::build_key(const table_plan& plan, const row_image& row, byte_buffer& key) {
  key.clear();
  if (!plan.has_key) return;
  key.append(plan.key_before);
  append_fields(plan.key, row, key);
  key.append(plan.key_after);
}

void change_encoder::append_fields(const std::vector<plan_field>& fields,
                                   const row_image& row,
                                   byte_buffer& out) {
  if (fields.empty()) return out.append("{}");
  for (const plan_field& field : fields) {
    assert(field.column < row.values.size());
    const postgres::value_view& value = value_of(row.values, row.stored, field.column);
    out.append(field.before);
    switch (value.kind) {
      case postgres::value_kind::text:
      case postgres::value_kind::binary: {
        const bool is_text = value.kind == postgres::value_kind::text;
        const encode_function encode = is_text ? field.encoder.encode : field.encode_binary;
        const std::size_t before = out.size();
        if (encode != nullptr && encode(field.encoder, value.bytes, out, scratch_)) [[likely]]
          break;
        out.truncate(before);
        out.append(field.null);
        if (field.encoder.encode != encode::nothing) ++unrepresentable_count_;
        break;
      }
      case postgres::value_kind::unchanged_toast:
        out.append(field.unavailable);
        break;
      case postgres::value_kind::null:
        out.append(field.null);
        break;
    }
  }
  out.push_back('}');
}

bool change_encoder::same_rows(const table_plan& plan,
                               const row_image& before,
                               const row_image& after) {
  before_.clear();
  after_.clear();
  append_fields(plan.row, before, before_);
  append_fields(plan.row, after, after_);
  return before_.view() == after_.view();
}

}  // namespace tidewire::event
