#include "rules/pattern.hpp"

#include "rules/event_leaves.hpp"
#include "rules/pattern_match.hpp"
#include "rules/pattern_parser.hpp"

#include <stdexcept>
#include <utility>

namespace tidewire::rules {

struct pattern::node {
  compiled_pattern compiled;
};

boost::system::result<pattern, pattern::rejection> pattern::compile(std::string_view json) {
  auto parsed = parse_pattern(json);
  if (!parsed) return rejection{"Event pattern is not valid. Reason: " + parsed.error().reason};
  pattern out;
  out.root_ = std::make_shared<const node>(node{compile_pattern(std::move(*parsed))});
  return out;
}

bool pattern::matches(std::string_view event_json) const {
  if (!root_) return false;
  thread_local event_leaves leaves;  // keeps its memory from event to event
  return leaves.collect(event_json, root_->compiled.paths) &&
         rules::matches(root_->compiled, leaves);
}

void throw_exception_from_error(const pattern::rejection& r, const boost::source_location&) {
  throw std::invalid_argument(r.message);
}

}  // namespace tidewire::rules
