#pragma once

#include "aws/credentials.hpp"
#include "aws/shared_files.hpp"
#include "base/clock.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>

namespace tidewire::aws {

/// What the providers below need. They keep what they fetched until ten minutes before it expires,
/// fetch once at a time, and go on with the old while it is valid and no newer can be had. Where
/// their variables are not set they are not set up: the chain goes on.
struct remote_options {
  asio::any_io_executor executor;
  environment env;
  std::string region;  // of STS
  std::string profile;
  std::string ca_file;
  wall_clock now = [] { return std::chrono::system_clock::now(); };
};

/// AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, or the profile's web_identity_token_file and
/// role_arn: the token, read anew each time, is exchanged at STS.
std::shared_ptr<credentials_provider> make_web_identity_provider(remote_options how);

/// The profile's credential_process: a command of the shell that writes credentials as JSON.
std::shared_ptr<credentials_provider> make_process_provider(remote_options how);

/// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI: the agent beside a container of ECS or an
/// EKS pod.
std::shared_ptr<credentials_provider> make_container_provider(remote_options how);

/// The metadata service of an EC2 instance, version 2 only, unless AWS_EC2_METADATA_DISABLED is
/// true.
std::shared_ptr<credentials_provider> make_instance_provider(remote_options how);

/// The SDKs' whole order: environment (not with an explicit profile), web identity, the profile's
/// keys, its process, container, instance.
std::shared_ptr<credentials_provider> make_full_chain(remote_options how);

}  // namespace tidewire::aws
