#include "transform/step.hpp"
#include "transform/struct_edit.hpp"

#include <unordered_map>
#include <unordered_set>

/// org.apache.kafka.connect.transforms.ReplaceField: leaves out and renames members.
namespace tidewire::transform {
namespace {

class replace_field final : public step {
 public:
  replace_field(const step_options& options, side which) : which_(which), selection_(choose, this) {
    // The names before 2.8 are read where the new ones are not set.
    for (auto& name : options.list(options.has("exclude") ? "exclude" : "blacklist"))
      exclude_.insert(std::move(name));
    for (auto& name : options.list(options.has("include") ? "include" : "whitelist"))
      include_.insert(std::move(name));
    for (const auto& pair : options.list("renames")) {
      const auto colon = pair.find(':');
      if (colon == std::string::npos || colon == 0 || colon + 1 == pair.size() ||
          pair.find(':', colon + 1) != std::string::npos)
        options.refuse("renames", "a list of old:new");
      renames_.insert_or_assign(pair.substr(0, colon), pair.substr(colon + 1));
    }
  }

  outcome apply(record& r) override {
    part& to = part_of(r, which_);
    if (to.content.null()) return outcome::kept;
    if (!to.structure()) return r.fail("ReplaceField works on structs only");
    take_defaults(to);
    selection_.apply(to);
    return outcome::kept;
  }

 private:
  static std::optional<std::string> choose(const void* context, std::string_view name) {
    const auto& self = *static_cast<const replace_field*>(context);
    const std::string key(name);
    if (self.exclude_.contains(key) || (!self.include_.empty() && !self.include_.contains(key)))
      return std::nullopt;
    const auto renamed = self.renames_.find(key);
    return renamed == self.renames_.end() ? key : renamed->second;
  }

  side which_;
  std::unordered_set<std::string> exclude_;
  std::unordered_set<std::string> include_;
  std::unordered_map<std::string, std::string> renames_;
  member_selection selection_;
};

}  // namespace

std::unique_ptr<step> make_replace_field(const step_options& options, side which) {
  return std::make_unique<replace_field>(options, which);
}

}  // namespace tidewire::transform
