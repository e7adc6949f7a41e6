#pragma once

#include "telemetry/log.hpp"

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace tidewire::relay {

/// One log line for each change of state rather than for each attempt. A failure of the same kind
/// said again is not printed, and all is well again only after some seconds without one, so that a
/// bus which refuses every tenth entry does not print two lines a request.
class state_line {
 public:
  using clock = std::chrono::steady_clock;

  /// \param room as the log names it
  explicit state_line(std::string room = "relay") : room_(std::move(room)) {}

  void failed(std::string_view kind, telemetry::level level, std::string_view text) {
    last_failure_ = clock::now();
    if (!said_.emplace(kind).second) return;
    trouble_ = text;
    telemetry::log_line(level, room_, text);
  }

  /// What was last said of a failure; empty while all is well.
  const std::string& trouble() const noexcept { return trouble_; }

  /// `text` is called for the line only when there is one to print.
  template <class Text>
  void fine(const Text& text) {
    if (said_.empty() || clock::now() - last_failure_ < calm) return;
    said_.clear();
    trouble_.clear();
    telemetry::log_line(telemetry::level::info, room_, text());
  }

 private:
  static constexpr std::chrono::seconds calm{5};

  std::string room_;
  std::set<std::string, std::less<>> said_;  // since all was well; the kinds are few
  std::string trouble_;
  clock::time_point last_failure_{};
};

}  // namespace tidewire::relay
