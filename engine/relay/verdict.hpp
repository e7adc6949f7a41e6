#pragma once

#include "aws/failure.hpp"

#include <cstddef>

namespace tidewire::relay {

/// What becomes of an entry that the bus did not take.
enum class verdict {
  again,  // the network, the service or its rights stumbled: the entry waits and goes again, for as
          // long as it takes
  dead,   // the entry itself was refused, and would be for ever
  divided,  // the request was refused for what is in it: each entry has to go alone to find the
            // guilty one
};

/// An entry's own failure in the answer to a request that succeeded.
/// Refused rights, an unknown bus and the like are the configuration's fault and not the entry's:
/// once they are put right, everything that waited goes through.
verdict judge_entry(const aws::failure& f);

/// The failure of a whole request of `entries` entries.
verdict judge_request(const aws::failure& f, std::size_t entries);

}  // namespace tidewire::relay
