#include "sinks/destination.hpp"

namespace tidewire::sinks {

verdict verdict_of(const aws::failure& why) noexcept {
  return {.what = why.what == aws::remedy::slow_down ? fate::slow_down : fate::again,
          .retry_after = why.retry_after};
}

void report::all(fate what, std::size_t count, const aws::failure& why) {
  verdicts.assign(count, {.what = what, .retry_after = why.retry_after});
  unreachable = static_cast<bool>(why.transport);
  because(describe(why));
}

void report::refuse(std::size_t place, const aws::failure& why) {
  verdicts[place].what = fate::refused;
  because(describe(why));
}

}  // namespace tidewire::sinks
