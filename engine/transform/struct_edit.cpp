#include "transform/struct_edit.hpp"

#include "base/byte_buffer.hpp"
#include "event/event_string.hpp"

#include <iterator>

namespace tidewire::transform {
namespace {

constexpr std::size_t plans_max = 1000;

}  // namespace

const member_selection::plan& member_selection::plan_of(const schema_ptr& from) {
  if (const auto found = plans_.find(from.get()); found != plans_.end()) return found->second;
  if (plans_.size() >= plans_max) plans_.clear();
  plan made{.from = from, .shape = {}, .taken = {}};
  schema shape = basics_of(*from);
  for (std::size_t i = 0; i < from->fields.size(); ++i) {
    auto name = choose_(context_, from->fields[i].name);
    if (!name) continue;
    made.taken.push_back(i);
    shape.fields.emplace_back(std::move(*name), from->fields[i].shape);
  }
  made.shape = shared(std::move(shape));
  return plans_.emplace(from.get(), std::move(made)).first->second;
}

void member_selection::apply(part& to) {
  const plan& how = plan_of(to.shape);
  std::vector<value> members;
  members.reserve(how.taken.size());
  for (const std::size_t i : how.taken) members.push_back(std::move(to.content.members[i]));
  to.content.members = std::move(members);
  to.shape = how.shape;
}

schema with_fields(const schema& from, std::vector<field> additional) {
  schema made = basics_of(from);
  made.fields = from.fields;
  made.fields.insert(made.fields.end(),
                     std::make_move_iterator(additional.begin()),
                     std::make_move_iterator(additional.end()));
  return made;
}

void add_members(part& to, schema_ptr shape, std::vector<value> additional) {
  auto& members = to.content.members;
  members.insert(members.end(),
                 std::make_move_iterator(additional.begin()),
                 std::make_move_iterator(additional.end()));
  to.shape = std::move(shape);
}

void take_default(const schema& shape, value& of) {
  if (of.null() && !shape.initial.empty()) of = value::of(shape.initial);
}

void take_defaults(part& of) {
  if (!of.structure()) return;
  for (std::size_t i = 0; i < of.content.members.size(); ++i)
    take_default(*of.shape->fields[i].shape, of.content.members[i]);
}

std::string json_string(std::string_view text) {
  byte_buffer out;
  event::append_event_string(out, text);
  return std::string(out.view());
}

}  // namespace tidewire::transform
