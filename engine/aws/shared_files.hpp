#pragma once

#include "aws/ini_file.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tidewire::aws {

/// Looks up an environment variable; nothing where it is not set. Passed in, so that tests are
/// exact.
using environment = std::function<std::optional<std::string>(std::string_view name)>;

/// A variable that is set to nothing counts as not set, as for the SDKs.
std::optional<std::string> find_variable(const environment& env, std::string_view name);
/// `true` in any case.
bool is_true(std::string_view text) noexcept;

/// What the user's shared AWS files say: ~/.aws/config and ~/.aws/credentials, or where
/// AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE point to.
struct shared_files {
  ini_file config;
  ini_file credentials;
  std::string profile =
      "default";  // the chosen one: asked for, or AWS_PROFILE, or AWS_DEFAULT_PROFILE
  bool profile_was_chosen = false;  // in any of these ways

  /// A property of the chosen profile; what the credentials file says wins.
  std::optional<std::string> find(std::string_view key) const;
  bool has_profile() const noexcept {
    return config_section() != nullptr || credentials.find(profile) != nullptr;
  }
  /// The `[services NAME]` section that the profile points to with `services = NAME`; null where
  /// there is none.
  const ini_file::section* services() const noexcept;

 private:
  const ini_file::section* config_section() const noexcept;
};

/// A file that is not there is as good as an empty one.
shared_files read_shared_files(const environment& env, std::string_view profile = {});

}  // namespace tidewire::aws
