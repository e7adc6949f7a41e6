#include "transform/step.hpp"
#include "transform/struct_edit.hpp"

#include <charconv>

/// org.apache.kafka.connect.transforms.SetSchemaMetadata: another name or version of the schema.
namespace tidewire::transform {
namespace {

class set_schema_metadata final : public step {
 public:
  set_schema_metadata(const step_options& options, side which)
      : which_(which), name_(options.text("schema.name")) {
    if (const std::string text = options.text("schema.version"); !text.empty()) {
      std::int32_t number = 0;
      const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
      if (read.ec != std::errc() || read.ptr != text.data() + text.size())
        options.refuse("schema.version", "an integer");
      version_ = number;
    }
    if (name_.empty() && !version_) options.required("schema.name");
  }

  outcome apply(record& r) override {
    part& to = part_of(r, which_);
    if (to.absent()) return outcome::kept;
    if (!to.shape) return r.fail("SetSchemaMetadata needs a schema");
    take_defaults(to);
    to.shape = schemas_.of(to.shape, [this](const schema& from) {
      schema made = from;
      if (!name_.empty()) made.name = name_;
      if (version_) made.version = version_;
      return shared(std::move(made));
    });
    return outcome::kept;
  }

 private:
  side which_;
  std::string name_;
  std::optional<std::int64_t> version_;
  derived_schemas schemas_;
};

}  // namespace

std::unique_ptr<step> make_set_schema_metadata(const step_options& options, side which) {
  return std::make_unique<set_schema_metadata>(options, which);
}

}  // namespace tidewire::transform
