#pragma once

#include <string>

namespace tidewire::consumer {

/// A received message: its id stays, each time it is received the handle is another one.
struct receipt {
  std::string message_id;
  std::string handle;
};

}  // namespace tidewire::consumer
