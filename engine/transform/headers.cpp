#include "transform/step.hpp"
#include "transform/struct_edit.hpp"

#include <algorithm>

/// DropHeaders, InsertHeader and HeaderFrom of org.apache.kafka.connect.transforms. Kinesis has no
/// headers: what remains of them is the names, which HasHeaderKey asks for, and that HeaderFrom
/// takes members away when it moves them.
namespace tidewire::transform {
namespace {

class drop_headers final : public step {
 public:
  explicit drop_headers(const step_options& options) : names_(options.list("headers")) {
    if (names_.empty()) options.required("headers");
  }
  outcome apply(record& r) override {
    std::erase_if(r.headers, [this](const std::string& name) {
      return std::ranges::find(names_, name) != names_.end();
    });
    return outcome::kept;
  }
  bool needs_content() const noexcept override { return false; }

 private:
  std::vector<std::string> names_;
};

class insert_header final : public step {
 public:
  explicit insert_header(const step_options& options) : name_(options.required("header")) {
    options.required("value.literal");
  }
  outcome apply(record& r) override {
    r.headers.push_back(name_);
    return outcome::kept;
  }
  bool needs_content() const noexcept override { return false; }

 private:
  std::string name_;
};

class header_from final : public step {
 public:
  header_from(const step_options& options, side which)
      : which_(which),
        fields_(options.list("fields")),
        headers_(options.list("headers")),
        moves_(options.choice("operation", "", {"move", "copy"}) == "move"),
        selection_(choose, this) {
    if (fields_.empty()) options.required("fields");
    if (headers_.size() != fields_.size()) options.refuse("headers", "one for each of fields");
  }

  outcome apply(record& r) override {
    part& to = part_of(r, which_);
    if (to.content.null()) return outcome::kept;
    if (!to.structure()) return r.fail("HeaderFrom works on structs only");
    for (const std::string& name : fields_)
      if (!to.shape->find(name)) return r.fail("HeaderFrom: there is no field " + name);
    r.headers.insert(r.headers.end(), headers_.begin(), headers_.end());
    if (moves_) {
      take_defaults(to);
      selection_.apply(to);
    }
    return outcome::kept;
  }

 private:
  static std::optional<std::string> choose(const void* context, std::string_view name) {
    const auto& self = *static_cast<const header_from*>(context);
    if (std::ranges::find(self.fields_, name) != self.fields_.end()) return std::nullopt;
    return std::string(name);
  }

  side which_;
  std::vector<std::string> fields_;
  std::vector<std::string> headers_;
  bool moves_;
  member_selection selection_;
};

}  // namespace

std::unique_ptr<step> make_drop_headers(const step_options& options) {
  return std::make_unique<drop_headers>(options);
}
std::unique_ptr<step> make_insert_header(const step_options& options) {
  return std::make_unique<insert_header>(options);
}
std::unique_ptr<step> make_header_from(const step_options& options, side which) {
  return std::make_unique<header_from>(options, which);
}

}  // namespace tidewire::transform
