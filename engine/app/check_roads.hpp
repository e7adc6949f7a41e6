#pragma once

#include "app/aws_clients.hpp"
#include "config/settings.hpp"
#include "postgres/table_name.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tidewire::app {

/// One thing that was looked at outside of the file.
struct finding {
  enum class grade : std::uint8_t { good, note, bad };  // note: the program would mend it or go on

  grade how = grade::good;
  std::string subject;  // `table inventory.products`
  std::string text;     // what was found, and what to do about it
};

struct database_findings {
  std::vector<finding> all;
  std::vector<postgres::table_name> captured;
};

/// Looks at the server, the role, the slot, the publication and the captured tables; changes
/// nothing. The properties must be those of an engine, and outlive the coroutine.
asio::awaitable<database_findings> look_at_database(const config::settings& properties);

/// Looks for the streams, buses and queues that the file names, those of the captured tables
/// included; changes nothing. The properties and the clients outlive the coroutine.
asio::awaitable<std::vector<finding>> look_at_aws(const config::settings& properties,
                                                  const aws_clients& clients,
                                                  std::vector<postgres::table_name> captured);

}  // namespace tidewire::app
