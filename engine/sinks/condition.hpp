#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tidewire::sinks {

/// Whether something works, and what to say when that changes: one line when it begins to fail, one
/// when it works again, however many attempts lie between. Pure; time is an argument.
class condition {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// A request failed: `wholly`, or some records of it. The words for the log if this is news: it
  /// worked before, or it fails for another reason than it did.
  std::optional<std::string> failed(time_point now,
                                    std::string_view what,
                                    std::string_view reason,
                                    bool wholly);
  /// All of a request got through. After failures of some records, or soon after the last recovery,
  /// only a quiet while counts as one, so that a stream at its limit does not fill the log.
  std::optional<std::string> worked(time_point now, std::string_view what);

  bool failing() const noexcept { return failing_; }
  /// What was last said of its failing.
  const std::string& trouble() const noexcept { return trouble_; }
  /// Whole requests that failed, one after another.
  unsigned failures_in_a_row() const noexcept { return failures_in_a_row_; }

 private:
  bool failing_ = false;
  bool fluttering_ = false;  // only a quiet while ends it
  unsigned failures_in_a_row_ = 0;
  std::size_t requests_failed_ = 0;
  time_point since_{};
  time_point last_failure_{};
  std::optional<time_point> recovered_;
  std::string reason_;
  std::string trouble_;
};

}  // namespace tidewire::sinks
