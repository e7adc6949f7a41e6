#pragma once

#include <string>
#include <string_view>

namespace tidewire::aws {

/// The region in a host of SQS: `sqs.REGION.amazonaws.com`, `sqs-fips.REGION.…`,
/// `sqs.REGION.api.aws`, or the older `REGION.queue.amazonaws.com`, each with `.cn` in China; empty
/// for any other host.
std::string region_of_queue_host(std::string_view host);

}  // namespace tidewire::aws
