#pragma once

#include "aws/credentials.hpp"
#include "aws/shared_files.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tidewire::aws {

/// The code of the failure of a provider that is not set up here: the next one of the chain is
/// asked. Its message says what is missing.
inline constexpr const char* no_credentials_code = "NoCredentials";
failure no_credentials(std::string why);

/// Always the same: of tests, and of keys in the configuration.
std::shared_ptr<credentials_provider> make_static_provider(credentials fixed);

/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; read anew at each get().
std::shared_ptr<credentials_provider> make_environment_provider(environment env);

/// The keys of a profile in the shared files; empty `profile`: the one that AWS_PROFILE names. Read
/// once, and again after invalidate(), since tools that renew session tokens write them there.
std::shared_ptr<credentials_provider> make_profile_provider(environment env, std::string profile);

/// Asks one after the other until one has credentials, and stays with it until invalidate().
std::shared_ptr<credentials_provider> make_chain(
    std::vector<std::shared_ptr<credentials_provider>> links);

/// The order of the SDKs: environment, then profile; an explicit `profile` goes before the
/// environment.
std::shared_ptr<credentials_provider> make_default_chain(environment env, std::string profile = {});

}  // namespace tidewire::aws
