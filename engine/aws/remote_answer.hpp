#pragma once

#include "aws/credentials.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tidewire::aws {

/// Credentials as the container endpoint and the instance metadata answer them: `{"AccessKeyId",
/// "SecretAccessKey", "Token", "Expiration"}`; with a `Code` other than "Success" they are a
/// failure of that code.
outcome<credentials> read_credentials_json(std::string_view body);

/// Credentials as a credential_process writes them: the same members, and `"Version": 1`.
outcome<credentials> read_process_json(std::string_view text);

/// The credentials in the XML of STS AssumeRoleWithWebIdentity.
outcome<credentials> read_assumed_role(std::string_view body);

/// `2026-11-22T06:52:56Z`, also with a fraction.
std::optional<std::chrono::system_clock::time_point> parse_iso_time(std::string_view text);

/// The form body of AssumeRoleWithWebIdentity.
std::string web_identity_form(std::string_view role_arn,
                              std::string_view session_name,
                              std::string_view token);

/// The token that a container's agent asks for may go over plain http only to this machine and to
/// the agents' own addresses.
bool is_container_host(std::string_view host) noexcept;

}  // namespace tidewire::aws
