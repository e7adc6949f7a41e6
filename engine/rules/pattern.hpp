#pragma once

#include "base/result.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace tidewire::rules {

/// A compiled event pattern of the EventBridge language. Immutable, and cheap to copy; threads may
/// share it. One that was made without compile() matches nothing.
class pattern {
 public:
  struct rejection {
    std::string message;  // `Event pattern is not valid. Reason: …`
  };

  /// Compiles the pattern's JSON text; what event-ruler's Machine.addRule refuses is refused.
  static boost::system::result<pattern, rejection> compile(std::string_view json);

  /// Whether the event (JSON text of an object) matches. Text that is not a JSON object never does.
  bool matches(std::string_view event_json) const;

 private:
  struct node;
  std::shared_ptr<const node> root_;
};

/// Makes `value()` of a refused pattern a std::invalid_argument with the message.
[[noreturn]] void throw_exception_from_error(const pattern::rejection& r,
                                             const boost::source_location& where);

}  // namespace tidewire::rules
