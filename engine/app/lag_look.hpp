#pragma once

#include "app/aws_clients.hpp"
#include "app/lag_report.hpp"
#include "config/settings.hpp"
#include "http/pool.hpp"

#include <boost/asio/awaitable.hpp>

namespace tidewire::app {

/// Where the engine's pages are, from where this program runs. \throws startup_error where `page`
/// is no URL.
/// \param page in place of the file's quarkus.http.host and .port; empty: theirs
http::origin engine_pages_at(const config::settings& properties, const std::string& page);

/// Looks at every stage that the file names: slot, engine, the relay's checkpoints, queues. Changes
/// nothing. The arguments outlive the coroutine.
asio::awaitable<road_state> look_at_lag(const config::settings& properties,
                                        const aws_clients& clients,
                                        http::origin pages);

}  // namespace tidewire::app
