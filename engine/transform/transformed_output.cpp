#include "transform/transformed_output.hpp"

#include <algorithm>

namespace tidewire::transform {
namespace {

/// An update of the key became a delete, mostly its tombstone, and a create: all of one table, the
/// last with a value.
bool is_key_change(const std::vector<event::record>& all) {
  if (all.size() < 2 || all.back().value_size == 0) return false;
  return std::ranges::all_of(all, [&](const event::record& one) {
    return one.has_key && one.destination == all.front().destination;
  });
}

}  // namespace

transformed_output::transformed_output(const chain& steps,
                                       options how,
                                       event::streams& names,
                                       event::record_output& out)
    : steps_(&steps),
      how_(how),
      names_(&names),
      out_(&out),
      needs_content_(steps.needs_content()) {}

bool transformed_output::pass() {
  key_changed_ = is_key_change(written_.records);
  bool fine = true;
  for (const event::record& one : written_.records) {
    fine = pass_one(one);
    texts_.clear();
    if (!fine) break;
  }
  written_.clear();
  return fine;
}

bool transformed_output::pass_one(const event::record& from) {
  record r(texts_);
  if (!read(from, r)) {
    trouble_ = "a record of " + from.destination->name + " cannot be read";
    return false;
  }
  switch (steps_->apply(r)) {
    case outcome::kept:
      send(from, r);
      return true;
    case outcome::dropped:
      return true;
    case outcome::failed:
      break;
  }
  trouble_ = "a record of " + from.destination->name + " cannot be transformed: " + r.trouble;
  return false;
}

bool transformed_output::read(const event::record& from, record& into) {
  into.topic = from.destination->name;
  set_headers(from, into);
  if (!needs_content_) {
    // As leaves: enough to tell a tombstone.
    if (from.has_key) into.key.content = value::of(written_.key(from));
    if (from.value_size > 0) into.value.content = value::of(written_.value(from));
    return true;
  }
  if (from.has_key && !reader_.read(from.destination, written_.key(from), into.key)) return false;
  return from.value_size == 0 || reader_.read(from.destination, written_.value(from), into.value);
}

void transformed_output::set_headers(const event::record& from, record& to) const {
  if (!key_changed_) return;
  to.headers.emplace_back(&from == &written_.records.back() ? "__debezium.oldkey"
                                                            : "__debezium.newkey");
}

void transformed_output::send(const event::record& from, const record& made) {
  key_.clear();
  const bool has_key = !made.key.absent();
  if (has_key && needs_content_) {
    const written_form form{.with_schema = how_.key_schemas,
                            .nulls_as_default = how_.key_nulls_as_default};
    write(made.key, form, key_);
  }
  if (has_key && !needs_content_) key_.append(made.key.content.text);

  event::record next = from;
  next.destination =
      made.topic == from.destination->name ? from.destination : names_->intern(made.topic);
  next.has_key = has_key;
  next.lone = false;  // the chain may give several records one key
  // A key that the chain gave it has its order, whatever its table says.
  if (has_key) next.order = event::keyless_order::stream;
  if (next.order != event::keyless_order::none) next.key_hash = event::key_hash(key_.view());
  event::record_buffer& buffer = out_->for_key(next.key_hash);
  next.key_offset = static_cast<std::uint32_t>(buffer.bytes.size());
  next.key_size = static_cast<std::uint32_t>(key_.size());
  buffer.bytes.append(key_.view());
  next.value_offset = static_cast<std::uint32_t>(buffer.bytes.size());
  if (!made.value.absent()) {
    if (needs_content_) {
      const written_form form{.with_schema = how_.value_schemas,
                              .nulls_as_default = how_.value_nulls_as_default};
      write(made.value, form, buffer.bytes);
    } else {
      buffer.bytes.append(made.value.content.text);
    }
  }
  next.value_size = static_cast<std::uint32_t>(buffer.bytes.size() - next.value_offset);
  buffer.records.push_back(next);
}

}  // namespace tidewire::transform
