#pragma once

#include "ledger/book.hpp"

#include <string>
#include <vector>

namespace tidewire::ledger {

/// Where the two sides came from.
struct provenance {
  std::string database;  // user@host:port/dbname
  std::string system;    // the cluster's id
  std::string slot;
  lsn from;
  lsn until;
  std::vector<std::string> places;  // `stream x: 12 records`
};

/// The certificate: the range, a line per table, what is wrong, and the result in its last line.
std::string print_certificate(const provenance& of, const findings& all);

}  // namespace tidewire::ledger
