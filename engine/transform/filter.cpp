#include "transform/java_regex.hpp"
#include "transform/step.hpp"

/// org.apache.kafka.connect.transforms.Filter, which drops what its predicate lets through to it,
/// and the predicates.
namespace tidewire::transform {
namespace {

class filter final : public step {
 public:
  outcome apply(record& /*r*/) override { return outcome::dropped; }
  bool needs_content() const noexcept override { return false; }
};

class topic_name_matches final : public predicate {
 public:
  explicit topic_name_matches(const step_options& options)
      : pattern_(options.required("pattern"), options.name_of("pattern")) {}
  bool test(const record& r) const override { return pattern_.matches(r.topic); }

 private:
  java_regex pattern_;
};

class has_header_key final : public predicate {
 public:
  explicit has_header_key(const step_options& options) : name_(options.required("name")) {}
  bool test(const record& r) const override { return r.has_header(name_); }

 private:
  std::string name_;
};

class record_is_tombstone final : public predicate {
 public:
  bool test(const record& r) const override { return r.value.content.null(); }
};

}  // namespace

std::unique_ptr<step> make_filter(const step_options& /*options*/) {
  return std::make_unique<filter>();
}

std::unique_ptr<predicate> make_topic_name_matches(const step_options& options) {
  return std::make_unique<topic_name_matches>(options);
}
std::unique_ptr<predicate> make_has_header_key(const step_options& options) {
  return std::make_unique<has_header_key>(options);
}
std::unique_ptr<predicate> make_record_is_tombstone(const step_options& /*options*/) {
  return std::make_unique<record_is_tombstone>();
}

}  // namespace tidewire::transform
