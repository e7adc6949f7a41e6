#pragma once

#include "aws/failure.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace tidewire::aws {

struct credentials {
  std::string access_key_id;
  std::string secret_access_key;  // a secret: never printed
  std::string session_token;      // a secret; empty for long-lived keys
  std::optional<std::chrono::system_clock::time_point> expires;
};

/// One way of getting credentials: the environment, a profile, a web identity … One object serves
/// all clients of a thread.
class credentials_provider {
 public:
  virtual ~credentials_provider() = default;

  /// Credentials that are valid now: kept ones, or fetched anew when they are about to expire.
  virtual call<credentials> get() = 0;
  /// The service said that the last ones are not valid any more: the next get() fetches.
  virtual void invalidate() = 0;
};

}  // namespace tidewire::aws
