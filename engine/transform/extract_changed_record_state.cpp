#include "transform/step.hpp"

/// io.debezium.transforms.ExtractChangedRecordState: headers that name the changed and the
/// unchanged columns of an update. Kinesis has no headers: what remains is that there are some,
/// which HasHeaderKey asks for.
namespace tidewire::transform {
namespace {

class extract_changed_record_state final : public step {
 public:
  explicit extract_changed_record_state(const step_options& options)
      : changed_(options.text("header.changed.name")),
        unchanged_(options.text("header.unchanged.name")) {}

  outcome apply(record& r) override {
    if (!is_envelope(r)) return outcome::kept;
    const value* const before = r.value.member("before");
    const value* const after = r.value.member("after");
    if (before == nullptr || after == nullptr || before->null() || after->null())
      return outcome::kept;
    for (const std::string* name : {&changed_, &unchanged_})
      if (name->find_first_not_of(' ') != std::string::npos) r.headers.push_back(*name);
    return outcome::kept;
  }

 private:
  std::string changed_;
  std::string unchanged_;
};

}  // namespace

std::unique_ptr<step> make_extract_changed_record_state(const step_options& options) {
  return std::make_unique<extract_changed_record_state>(options);
}

}  // namespace tidewire::transform
