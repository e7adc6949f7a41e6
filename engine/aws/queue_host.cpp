#include "aws/queue_host.hpp"

#include <array>

namespace tidewire::aws {

namespace {

bool strip_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

}  // namespace

std::string region_of_queue_host(std::string_view host) {
  constexpr std::array<std::string_view, 4> domains{
      ".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn"};
  bool ours = false;
  for (const auto domain : domains) ours = ours || strip_suffix(host, domain);
  if (!ours) return {};
  if (strip_suffix(host, ".queue")) return std::string(host);
  for (const std::string_view prefix : {"sqs.", "sqs-fips."})
    if (host.starts_with(prefix)) return std::string(host.substr(prefix.size()));
  return {};
}

}  // namespace tidewire::aws
