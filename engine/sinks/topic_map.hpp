#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tidewire::sinks {

/// A word for every stream: its own where one was configured, else the common one. Texts stay where
/// they are.
class topic_map {
 public:
  topic_map() = default;
  /// \param own stream name and word, as `<prefix>.<stream>=<word>` gives them.
  topic_map(std::string common, const std::vector<std::pair<std::string, std::string>>& own)
      : common_(std::move(common)), own_(own.begin(), own.end()) {}

  /// Empty where neither is set.
  const std::string& find(const std::string& stream) const noexcept {
    const auto found = own_.find(stream);
    return found == own_.end() ? common_ : found->second;
  }

 private:
  std::string common_;
  std::unordered_map<std::string, std::string> own_;
};

}  // namespace tidewire::sinks
