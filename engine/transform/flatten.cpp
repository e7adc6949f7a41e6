#include "transform/step.hpp"
#include "transform/struct_edit.hpp"

/// org.apache.kafka.connect.transforms.Flatten: the members of nested structs become members of the
/// outermost one.
namespace tidewire::transform {
namespace {

class flatten final : public step {
 public:
  flatten(const step_options& options, side which)
      : which_(which), delimiter_(options.text("delimiter", ".")) {}

  outcome apply(record& r) override {
    part& to = part_of(r, which_);
    if (to.content.null()) return outcome::kept;
    if (!to.structure()) return r.fail("Flatten works on structs only");
    const schema_ptr& shape =
        schemas_.of(to.shape, [this](const schema& from) { return flat(from); });
    if (!shape) return r.fail("Flatten cannot flatten a map");
    std::vector<value> members;
    members.reserve(shape->fields.size());
    append_members(*to.shape, &to.content, members);
    to = {.shape = shape, .content = value::made_of(std::move(members))};
    return outcome::kept;
  }

 private:
  /// Null where there is a map in it.
  schema_ptr flat(const schema& from) const {
    schema made = basics_of(from);
    if (!append_fields(from, "", from.optional, made)) return nullptr;
    return shared(std::move(made));
  }

  bool append_fields(const schema& from,
                     const std::string& prefix,
                     bool optional,
                     schema& to) const {
    for (const field& one : from.fields) {
      const std::string name = prefix.empty() ? one.name : prefix + delimiter_ + one.name;
      const bool may_be_null = optional || one.shape->optional;
      if (one.shape->kind == type::map) return false;
      if (one.shape->kind == type::structure) {
        if (!append_fields(*one.shape, name, may_be_null, to)) return false;
      } else if (one.shape->optional == may_be_null) {
        to.fields.emplace_back(name, one.shape);
      } else {
        schema changed = *one.shape;
        changed.optional = true;
        to.fields.emplace_back(name, shared(std::move(changed)));
      }
    }
    return true;
  }

  /// \param from null for a struct that is not there: its members are null.
  static void append_members(const schema& shape, value* from, std::vector<value>& to) {
    const bool there = from != nullptr && from->structure();
    for (std::size_t i = 0; i < shape.fields.size(); ++i) {
      value* const member = there ? &from->members[i] : nullptr;
      if (shape.fields[i].shape->kind == type::structure) {
        append_members(*shape.fields[i].shape, member, to);
      } else {
        to.push_back(member != nullptr ? std::move(*member) : value{});
        if (there) take_default(*shape.fields[i].shape, to.back());
      }
    }
  }

  side which_;
  std::string delimiter_;
  derived_schemas schemas_;
};

}  // namespace

std::unique_ptr<step> make_flatten(const step_options& options, side which) {
  return std::make_unique<flatten>(options, which);
}

}  // namespace tidewire::transform
