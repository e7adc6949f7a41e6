#include "aws/resolve.hpp"

#include "http/ascii.hpp"

#include <algorithm>
#include <array>

namespace tidewire::aws {

namespace {

/// Regions whose names begin so are in another partition, with domains of its own.
/// Source: the SDKs' partitions.json, as far as they have the three services.
struct partition {
  std::string_view region_prefix;
  std::string_view domain;
  std::string_view dualstack_domain;
};
constexpr std::array partitions{
    partition{"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    partition{"us-isob-", "sc2s.sgov.gov", "sc2s.sgov.gov"},
    partition{"us-isof-", "csp.hci.ic.gov", "csp.hci.ic.gov"},
    partition{"us-iso-", "c2s.ic.gov", "c2s.ic.gov"},
    partition{"eu-isoe-", "cloud.adc-e.uk", "cloud.adc-e.uk"},
    partition{"eusc-", "amazonaws.eu", "api.amazonwebservices.eu"},
};
constexpr partition common{"", "amazonaws.com", "api.aws"};

const partition& partition_of(std::string_view region) noexcept {
  for (const auto& p : partitions)
    if (region.starts_with(p.region_prefix)) return p;
  return common;
}

bool flag(const environment& env,
          std::string_view variable,
          const shared_files& files,
          std::string_view key) {
  if (const auto value = find_variable(env, variable)) return is_true(*value);
  return is_true(files.find(key).value_or(""));
}

}  // namespace

std::optional<std::string> resolve_region(const environment& env, const shared_files& files) {
  for (const std::string_view variable : {"AWS_REGION", "AWS_DEFAULT_REGION"})
    if (auto region = find_variable(env, variable)) return region;
  return files.find("region");
}

std::optional<std::string> configured_endpoint(const service_names& service,
                                               const environment& env,
                                               const shared_files& files) {
  if (flag(env, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", files, "ignore_configured_endpoint_urls"))
    return std::nullopt;
  const std::string own_variable = "AWS_ENDPOINT_URL_" + std::string(service.id);
  for (const std::string_view variable :
       {std::string_view(own_variable), std::string_view("AWS_ENDPOINT_URL")})
    if (auto url = find_variable(env, variable)) return url;
  if (const auto* const services = files.services(); services != nullptr) {
    std::string key(service.id);
    std::transform(key.begin(), key.end(), key.begin(), http::lower);
    if (const std::string* url = services->find(key + ".endpoint_url");
        url != nullptr && !url->empty())
      return *url;
  }
  return files.find("endpoint_url");
}

endpoint_variant wanted_variant(const environment& env, const shared_files& files) {
  return {flag(env, "AWS_USE_FIPS_ENDPOINT", files, "use_fips_endpoint"),
          flag(env, "AWS_USE_DUALSTACK_ENDPOINT", files, "use_dualstack_endpoint")};
}

std::string default_endpoint(const service_names& service,
                             std::string_view region,
                             endpoint_variant variant) {
  const partition& where = partition_of(region);
  std::string url = "https://";
  url.append(service.host);
  // GovCloud's ordinary endpoints are validated ones.
  if (variant.fips && !region.starts_with("us-gov-")) url.append("-fips");
  url.append(".").append(region).append(".").append(variant.dualstack ? where.dualstack_domain
                                                                      : where.domain);
  return url;
}

}  // namespace tidewire::aws
