#include "base/byte_buffer.hpp"
#include "transform/step.hpp"
#include "transform/struct_edit.hpp"

/// org.apache.kafka.connect.transforms.HoistField and its opposite ExtractField: into a struct of
/// one member, and out of it.
namespace tidewire::transform {
namespace {

class hoist_field final : public step {
 public:
  hoist_field(const step_options& options, side which)
      : which_(which), name_(options.required("field")) {}

  outcome apply(record& r) override {
    part& to = part_of(r, which_);
    if (to.shape) {
      schema_ptr shape = schemas_.of(to.shape, [&](const schema&) {
        schema made;
        made.fields.emplace_back(name_, to.shape);
        return shared(std::move(made));
      });
      std::vector<value> members;
      members.push_back(std::move(to.content));
      to = {.shape = std::move(shape), .content = value::made_of(std::move(members))};
    } else {
      // Without a schema it becomes a map without one, also where there was nothing, as in Kafka's
      // own.
      std::string json = "{" + json_string(name_) + ":";
      json.append(to.content.null() ? std::string_view("null") : to.content.text).append("}");
      to.content = value::of(r.texts->keep(std::move(json)));
    }
    return outcome::kept;
  }

 private:
  side which_;
  std::string name_;
  derived_schemas schemas_;
};

class extract_field final : public step {
 public:
  extract_field(const step_options& options, side which)
      : which_(which), name_(options.required("field")) {}

  outcome apply(record& r) override {
    part& to = part_of(r, which_);
    if (to.absent()) return outcome::kept;
    const auto at = to.shape ? to.shape->find(name_) : std::nullopt;
    if (!at) return r.fail("ExtractField: there is no field " + name_);
    const schema_ptr shape = to.shape->fields[*at].shape;
    value content = to.content.structure() ? std::move(to.content.members[*at]) : value{};
    take_default(*shape, content);
    to = {.shape = shape, .content = std::move(content)};
    return outcome::kept;
  }

 private:
  side which_;
  std::string name_;
};

}  // namespace

std::unique_ptr<step> make_hoist_field(const step_options& options, side which) {
  return std::make_unique<hoist_field>(options, which);
}
std::unique_ptr<step> make_extract_field(const step_options& options, side which) {
  return std::make_unique<extract_field>(options, which);
}

}  // namespace tidewire::transform
