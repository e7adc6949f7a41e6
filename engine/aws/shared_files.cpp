#include "aws/shared_files.hpp"

#include "http/ascii.hpp"

#include <fstream>
#include <iterator>

namespace tidewire::aws {

namespace {

ini_file read_file(const environment& env, std::string_view variable, std::string_view usual_name) {
  std::string path = find_variable(env, variable).value_or("");
  if (path.empty() || path.starts_with("~/")) {
    const auto home = find_variable(env, "HOME");
    if (!home) return {};
    path = path.empty() ? *home + "/.aws/" + std::string(usual_name) : *home + path.substr(1);
  }
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return ini_file::parse(text);
}

}  // namespace

std::optional<std::string> find_variable(const environment& env, std::string_view name) {
  auto value = env(name);
  if (value && value->empty()) value.reset();
  return value;
}

bool is_true(std::string_view text) noexcept {
  return http::equal_in_any_case(text, "true");
}

const ini_file::section* shared_files::config_section() const noexcept {
  const auto* const section = config.find("profile " + profile);
  return section == nullptr && profile == "default" ? config.find("default") : section;
}

std::optional<std::string> shared_files::find(std::string_view key) const {
  for (const auto* section : {credentials.find(profile), config_section()}) {
    if (section == nullptr) continue;
    if (const std::string* value = section->find(key); value != nullptr && !value->empty())
      return *value;
  }
  return std::nullopt;
}

const ini_file::section* shared_files::services() const noexcept {
  const auto name = find("services");
  return name ? config.find("services " + *name) : nullptr;
}

shared_files read_shared_files(const environment& env, std::string_view profile) {
  shared_files files;
  files.config = read_file(env, "AWS_CONFIG_FILE", "config");
  files.credentials = read_file(env, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
  std::optional<std::string> chosen;
  if (!profile.empty()) chosen = profile;
  if (!chosen) chosen = find_variable(env, "AWS_PROFILE");
  if (!chosen) chosen = find_variable(env, "AWS_DEFAULT_PROFILE");
  files.profile_was_chosen = chosen.has_value();
  if (chosen) files.profile = *chosen;
  return files;
}

}  // namespace tidewire::aws
