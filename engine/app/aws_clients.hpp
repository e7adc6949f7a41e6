#pragma once

#include "aws/credentials.hpp"
#include "aws/eventbridge.hpp"
#include "aws/kinesis.hpp"
#include "aws/sqs.hpp"
#include "config/settings.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace tidewire::app {

/// Makes the clients of the three services from the properties, the AWS_* variables and the shared
/// files, as the SDKs would. One object per thread: its clients share one credentials provider.
/// Each call makes a client with connections of its own; keep it.
class aws_clients {
 public:
  aws_clients(asio::any_io_executor executor,
              const config::settings& properties,
              const config::environment& env);
  ~aws_clients();
  aws_clients(aws_clients&&) noexcept;
  aws_clients& operator=(aws_clients&&) noexcept;

  /// Region: `debezium.sink.<service>.region`, else tidewire.aws.region, AWS_REGION,
  /// AWS_DEFAULT_REGION, the profile's, else that of another service's property. Endpoint:
  /// `debezium.sink.<service>.endpoint`, else tidewire.aws.endpoint, AWS_ENDPOINT_URL_<SERVICE>,
  /// AWS_ENDPOINT_URL, the profile's, else the region's own.
  /// \throws startup_error naming what to set where there is no region, no such profile, or an
  /// endpoint is not a URL.
  aws::kinesis_client kinesis() const;
  aws::eventbridge_client eventbridge() const;
  aws::sqs_client sqs() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace tidewire::app
