#pragma once

#include "transform/step.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::transform {

/// The transforms of a configuration, one after another, each where its predicate says so. For one
/// thread.
class chain {
 public:
  /// An event must pass all filters before it comes to the transforms.
  /// \throws startup_error for a class or predicate that is not known, and for options and patterns
  /// that cannot work.
  chain(const std::vector<definition>& transforms,
        const std::vector<definition>& predicates,
        const std::vector<event_filter>& filters = {});

  /// Of a failure, record.trouble begins with the transform's name.
  outcome apply(record& r) const;
  /// False: key and value are passed on as they are, so they need not be read.
  bool needs_content() const noexcept;

 private:
  struct link {
    std::string name;
    std::unique_ptr<step> what;
    const predicate* when = nullptr;
    bool negate = false;
  };
  std::vector<std::unique_ptr<predicate>> predicates_;
  std::vector<link> links_;
};

/// The classes that there are, by their full names.
std::vector<std::string_view> transform_classes();
std::vector<std::string_view> predicate_classes();

}  // namespace tidewire::transform
