#include "transform/java_regex.hpp"
#include "transform/step.hpp"
#include "transform/topic_names.hpp"

/// org.apache.kafka.connect.transforms.RegexRouter: another topic.
namespace tidewire::transform {
namespace {

class regex_router final : public step {
 public:
  explicit regex_router(const step_options& options)
      : names_(options.required("regex"),
               options.name_of("regex"),
               options.text("replacement"),
               options.name_of("replacement")) {
    if (!options.has("replacement")) options.required("replacement");
  }

  outcome apply(record& r) override {
    if (const auto& renamed = names_.of(r.topic)) r.topic = *renamed;
    return outcome::kept;
  }
  bool needs_content() const noexcept override { return false; }

 private:
  topic_names names_;
};

}  // namespace

std::unique_ptr<step> make_regex_router(const step_options& options) {
  return std::make_unique<regex_router>(options);
}

}  // namespace tidewire::transform
