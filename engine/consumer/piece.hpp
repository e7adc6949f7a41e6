#pragma once

#include "consumer/receipt.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace tidewire::consumer {

/// What is printed whole or not at all, and the messages that are deleted when it has been printed.
struct piece {
  std::string text;
  std::vector<receipt> receipts;
  std::size_t events = 0;  // that the text holds; the other receipts are repeats of them
};

}  // namespace tidewire::consumer
