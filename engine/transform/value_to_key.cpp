#include "transform/step.hpp"
#include "transform/struct_edit.hpp"

#include <algorithm>

/// org.apache.kafka.connect.transforms.ValueToKey: the key is made of members of the value.
namespace tidewire::transform {
namespace {

class value_to_key final : public step {
 public:
  explicit value_to_key(const step_options& options)
      : fields_(options.list("fields")), topics_(options.list("topics")) {
    if (fields_.empty()) options.required("fields");
  }

  outcome apply(record& r) override {
    if (!topics_.empty() && std::ranges::find(topics_, r.topic) == topics_.end())
      return outcome::kept;
    if (r.value.content.null())
      return outcome::kept;  // a tombstone keeps its key: there is nothing to make one of
    if (!r.value.structure()) return r.fail("ValueToKey works on structs only");
    std::vector<value> members;
    for (const std::string& name : fields_) {
      const value* const member = r.value.member(name);
      if (member == nullptr) return r.fail("ValueToKey: the value has no field " + name);
      members.push_back(*member);
      take_default(*r.value.shape->fields[*r.value.shape->find(name)].shape, members.back());
    }
    r.key = {
        .shape = schemas_.of(r.value.shape, [this](const schema& from) { return shape_of(from); }),
        .content = value::made_of(std::move(members))};
    return outcome::kept;
  }

 private:
  schema_ptr shape_of(const schema& from) const {
    schema made;
    for (const std::string& name : fields_) made.fields.push_back(from.fields[*from.find(name)]);
    return shared(std::move(made));
  }

  std::vector<std::string> fields_;
  std::vector<std::string> topics_;
  derived_schemas schemas_;
};

}  // namespace

std::unique_ptr<step> make_value_to_key(const step_options& options) {
  return std::make_unique<value_to_key>(options);
}

}  // namespace tidewire::transform
