#pragma once

#include "aws/shared_files.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tidewire::aws {

/// The names that a service goes by in different places.
struct service_names {
  std::string_view signing;  // in the signature: events
  std::string_view host;     // first label of the host: events
  std::string_view
      id;  // in AWS_ENDPOINT_URL_<ID> and, in lower case, in a services section: EVENTBRIDGE
};

inline constexpr service_names kinesis_names{"kinesis", "kinesis", "KINESIS"};
inline constexpr service_names eventbridge_names{"events", "events", "EVENTBRIDGE"};
inline constexpr service_names sqs_names{"sqs", "sqs", "SQS"};
inline constexpr service_names sts_names{"sts", "sts", "STS"};

/// AWS_REGION, else AWS_DEFAULT_REGION, else the profile's; nothing where none says. (An explicit
/// one comes before; ask for it first.)
std::optional<std::string> resolve_region(const environment& env, const shared_files& files);

/// The endpoint that was configured: AWS_ENDPOINT_URL_<SERVICE>, else AWS_ENDPOINT_URL, else the
/// profile's services section, else its endpoint_url. Nothing where none says, or
/// AWS_IGNORE_CONFIGURED_ENDPOINT_URLS or the profile tells to ignore them.
std::optional<std::string> configured_endpoint(const service_names& service,
                                               const environment& env,
                                               const shared_files& files);

struct endpoint_variant {
  bool fips = false;
  bool dualstack = false;
};
/// AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT, else the profile's.
endpoint_variant wanted_variant(const environment& env, const shared_files& files);

/// `https://kinesis.eu-west-1.amazonaws.com`: the service's own endpoint, in the domain of the
/// region's partition.
std::string default_endpoint(const service_names& service,
                             std::string_view region,
                             endpoint_variant variant);

}  // namespace tidewire::aws
