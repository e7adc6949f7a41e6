#include "transform/cast_value.hpp"
#include "transform/step.hpp"
#include "transform/struct_edit.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <unordered_map>

/// org.apache.kafka.connect.transforms.Cast: members, or the whole value, become another type.
namespace tidewire::transform {
namespace {

constexpr std::array<type, 8> targets = {type::int8,
                                         type::int16,
                                         type::int32,
                                         type::int64,
                                         type::float32,
                                         type::float64,
                                         type::boolean,
                                         type::string};

std::optional<type> target_of(std::string word) {
  word.erase(0, word.find_first_not_of(' '));
  std::ranges::transform(
      word, word.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto found =
      std::ranges::find(targets, std::string_view(word), [](type one) { return name_of(one); });
  return found == targets.end() ? std::nullopt : std::optional(*found);
}

class cast final : public step {
 public:
  cast(const step_options& options, side which) : which_(which) {
    const auto specs = options.list("spec");
    if (specs.empty()) options.required("spec");
    for (const auto& spec : specs) {
      const auto colon = spec.find(':');
      const auto to = target_of(colon == std::string::npos ? spec : spec.substr(colon + 1));
      if (!to)
        options.refuse("spec",
                       "a list of field:type, or one type, of int8, int16, int32, int64, float32, "
                       "float64, boolean, string");
      if (colon != std::string::npos)
        fields_.insert_or_assign(spec.substr(0, spec.find_last_not_of(' ', colon - 1) + 1), *to);
      else if (specs.size() > 1)
        options.refuse("spec", "a type for the whole stands alone");
      else
        whole_ = to;
    }
  }

  outcome apply(record& r) override {
    part& to = part_of(r, which_);
    if (to.content.null()) return outcome::kept;
    if (!to.shape) return r.fail("Cast needs a schema");
    if (whole_) {
      if (!convert(r, *to.shape, to.content, *whole_, "the whole")) return outcome::failed;
      to.shape = schemas_.of(to.shape, [this](const schema& from) { return whole_shape(from); });
      return outcome::kept;
    }
    if (!to.structure()) return r.fail("Cast: fields can only be in a struct");
    take_defaults(to);
    for (std::size_t i = 0; i < to.shape->fields.size(); ++i) {
      const field& one = to.shape->fields[i];
      const auto target = fields_.find(one.name);
      if (target == fields_.end()) continue;
      if (!convert(r, *one.shape, to.content.members[i], target->second, one.name))
        return outcome::failed;
    }
    to.shape = schemas_.of(to.shape, [this](const schema& from) { return struct_shape(from); });
    return outcome::kept;
  }

 private:
  static bool convert(
      record& r, const schema& from, value& to, type target, const std::string& what) {
    if (to.null()) return true;
    auto made = to.leaf() ? cast_value(from, to.text, target) : std::nullopt;
    if (!made) {
      r.fail("Cast: " + what + ", which is " + std::string(name_of(from.kind)) +
             ", holds a value that cannot become " + std::string(name_of(target)));
      return false;
    }
    to = value::of(r.texts->keep(std::move(*made)));
    return true;
  }

  static schema_ptr shape_of(const schema& from, type target, schema made) {
    made.kind = target;
    made.optional = from.optional;
    if (!from.initial.empty()) made.initial = cast_value(from, from.initial, target).value_or("");
    return shared(std::move(made));
  }
  schema_ptr whole_shape(const schema& from) const {
    return shape_of(from, *whole_, basics_of(from));
  }
  schema_ptr struct_shape(const schema& from) const {
    schema made = basics_of(from);
    made.optional = from.optional;
    for (const field& one : from.fields) {
      const auto target = fields_.find(one.name);
      made.fields.emplace_back(
          one.name, target == fields_.end() ? one.shape : shape_of(*one.shape, target->second, {}));
    }
    return shared(std::move(made));
  }

  side which_;
  std::unordered_map<std::string, type> fields_;
  std::optional<type> whole_;
  derived_schemas schemas_;
};

}  // namespace

std::unique_ptr<step> make_cast(const step_options& options, side which) {
  return std::make_unique<cast>(options, which);
}

}  // namespace tidewire::transform
