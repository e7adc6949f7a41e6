#include "base/byte_buffer.hpp"
#include "base/startup_error.hpp"
#include "rules/pattern.hpp"
#include "transform/document.hpp"
#include "transform/step.hpp"

/// tidewire.filter.<name>.pattern: lets through the changes that an event pattern matches; our
/// answer to Debezium's Filter, whose script nobody here can run.
namespace tidewire::transform {
namespace {

class pattern_filter final : public step {
 public:
  explicit pattern_filter(rules::pattern wanted) : wanted_(std::move(wanted)) {}

  /// Heartbeats, transaction markers and tombstones are not asked for, as in Debezium.
  outcome apply(record& r) override {
    if (!is_envelope(r)) return outcome::kept;
    event_.clear();
    write(r.value, {.with_schema = false}, event_);
    return wanted_.matches(event_.view()) ? outcome::kept : outcome::dropped;
  }

 private:
  rules::pattern wanted_;
  byte_buffer event_;
};

}  // namespace

std::unique_ptr<step> make_pattern_filter(const event_filter& from) {
  auto compiled = rules::pattern::compile(from.pattern);
  if (!compiled)
    throw startup_error(from.property + "=" + from.pattern +
                        " is not allowed: " + compiled.error().message);
  return std::make_unique<pattern_filter>(std::move(*compiled));
}

}  // namespace tidewire::transform
