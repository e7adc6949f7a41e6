#include "sinks/condition.hpp"

#include <fmt/format.h>

namespace tidewire::sinks {
namespace {

constexpr std::chrono::seconds quiet_before_recovery{5};
constexpr std::chrono::seconds soon{30};

/// The kind of a failure: what stands before the first colon, such as ResourceNotFoundException.
std::string_view kind_of(std::string_view reason) noexcept {
  return reason.substr(0, reason.find(':'));
}

}  // namespace

std::optional<std::string> condition::failed(time_point now,
                                             std::string_view what,
                                             std::string_view reason,
                                             bool wholly) {
  const bool news = !failing_ || (wholly && kind_of(reason) != kind_of(reason_));
  if (!failing_) {
    since_ = now;
    requests_failed_ = 0;
    fluttering_ = recovered_ && now - *recovered_ < soon;
  }
  failing_ = true;
  fluttering_ = fluttering_ || !wholly;
  last_failure_ = now;
  ++requests_failed_;
  failures_in_a_row_ = wholly ? failures_in_a_row_ + 1 : 0;
  if (!news) return std::nullopt;
  reason_ = reason;
  trouble_ = wholly ? fmt::format("{} takes nothing: {}; retrying until it does", what, reason)
                    : fmt::format("{} refuses some records: {}; retrying those", what, reason);
  return trouble_;
}

std::optional<std::string> condition::worked(time_point now, std::string_view what) {
  failures_in_a_row_ = 0;
  if (!failing_) return std::nullopt;
  if (fluttering_ && now - last_failure_ < quiet_before_recovery) return std::nullopt;
  failing_ = false;
  recovered_ = now;
  const std::chrono::duration<double> lasted = now - since_;
  return fmt::format("{} works again after {:.1f} s and {} failed requests",
                     what,
                     lasted.count(),
                     requests_failed_);
}

}  // namespace tidewire::sinks
