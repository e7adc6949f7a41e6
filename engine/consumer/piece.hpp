#pragma once

#include "consumer/receipt.hpp"
#include "consumer/transaction_groups.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tidewire::consumer {

/// What is printed whole or not at all, and the messages that are deleted when it has been printed.
struct piece {
  std::string text;
  std::vector<receipt> receipts;
  std::size_t events = 0;  // that the text holds; the other receipts are repeats of them
  std::optional<transaction_run::state> transaction;  // of a whole run
};

}  // namespace tidewire::consumer
