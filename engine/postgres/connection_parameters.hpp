#pragma once

#include "postgres/connection.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::postgres {

/// Keywords and values for PQconnectStartParams. Only what the user set is given, so that libpq's
/// own sources (environment, service file, password file) keep their say about the rest; what makes
/// every session print values alike is always given.
/// \param addresses numeric addresses of options.host, to be tried in order; empty where libpq
/// shall find them. Source: PostgreSQL manual, "Parameter Key Words".
std::vector<std::pair<std::string, std::string>> libpq_parameters(
    const connection_options& to, connection_mode mode, const std::vector<std::string>& addresses);

/// The settings of the same kind that a server of this version has and older ones do not know,
/// which would refuse the connection for them: statements for behind it, empty where there are
/// none.
/// \param server_version as libpq has it, 170002 for 17.2.
std::string settings_since(int server_version);

/// Whether the host has to be looked up by us: neither empty, nor a socket's folder, nor a list,
/// nor an address.
bool needs_lookup(std::string_view host);

/// Makes a failure of what PQerrorMessage says after a connection attempt at verbosity
/// PQERRORS_VERBOSE, which is the only way to learn the SQLSTATE of a refused connection: `FATAL:
/// 28P01: password authentication failed for user "x"`.
failure connect_failure(std::string_view libpq_message, const connection_options& to);

/// libpq's texts end in a newline and may have several lines; a log line has one.
std::string one_line(std::string_view text);

}  // namespace tidewire::postgres
