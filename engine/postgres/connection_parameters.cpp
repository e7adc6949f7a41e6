#include "postgres/connection_parameters.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>
#include <cctype>

namespace tidewire::postgres {
namespace {

// What decides how values are printed, in a walsender just as in a backend; without them the stream
// would follow the settings of the role or the database, and the timeouts would end a session that
// waits for a slow sink.
constexpr std::string_view session_settings =
    "-c datestyle=ISO -c intervalstyle=postgres -c timezone=UTC -c extra_float_digits=3 -c "
    "bytea_output=hex "
    "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0";

struct later_timeout {
  int since;
  std::string_view name;
};
// The connection to the catalogue idles as long as no table changes, and a snapshot is one
// transaction, as is, to the walsender, what it sends of each.
constexpr std::array later_timeouts = {later_timeout{140000, "idle_session_timeout"},
                                       later_timeout{170000, "transaction_timeout"}};

// A peer that is gone without a word (a pulled cable, a dead machine) is found out after 30 + 3 *
// 10 seconds of silence, and after a minute of unanswered sending, which the first three do not
// cover and a reporting session always does.
constexpr std::string_view keepalive_idle_s = "30";
constexpr std::string_view keepalive_interval_s = "10";
constexpr std::string_view keepalive_count = "3";
constexpr std::string_view unanswered_ms_max = "60000";

template <class Parts>
std::string joined(const Parts& parts, char separator) {
  std::string text;
  for (const auto& part : parts) {
    if (!text.empty()) text += separator;
    text += part;
  }
  return text;
}

bool is_sqlstate(std::string_view text) {
  return text.size() == 5 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
         });
}

// Finds the `:  28P01: ` behind the (translated) severity and cuts the state out of the text.
std::string take_sqlstate(std::string& text) {
  constexpr std::string_view lead = ":  ";
  for (auto at = text.find(lead); at != std::string::npos; at = text.find(lead, at + 1)) {
    const auto state = at + lead.size();
    if (state + 7 > text.size() || text.compare(state + 5, 2, ": ") != 0) continue;
    std::string found = text.substr(state, 5);
    if (!is_sqlstate(found)) continue;
    text.erase(state, 7);
    return found;
  }
  return {};
}

// Refusals of libpq itself, which have no SQLSTATE. They do not go away by waiting.
constexpr std::array client_refusals{
    std::string_view("no password supplied"),
    std::string_view("certificate verify failed"),
    std::string_view("server certificate for"),
    std::string_view("server does not support SSL"),
    std::string_view("root certificate file"),
    std::string_view("could not read certificate file"),
    std::string_view("could not load private key file"),
    std::string_view("private key file"),
    std::string_view("invalid sslmode value"),
    std::string_view("invalid port number"),
    std::string_view("definition of service"),
    std::string_view("invalid connection option"),
    std::string_view("channel binding required"),
};

// All that libpq says of a certificate signed by an authority of the right name but another key,
// such as one that was made anew.
constexpr std::string_view other_key = "SSL error: EVP lib";

bool is_client_refusal(std::string_view text) {
  return std::any_of(client_refusals.begin(), client_refusals.end(), [&](std::string_view refusal) {
    return text.find(refusal) != std::string_view::npos;
  });
}

}  // namespace

std::vector<std::pair<std::string, std::string>> libpq_parameters(
    const connection_options& to, connection_mode mode, const std::vector<std::string>& addresses) {
  std::vector<std::pair<std::string, std::string>> parameters;
  const auto give = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) parameters.emplace_back(name, value);
  };
  if (addresses.empty()) {
    give("host", to.host);
  } else {  // one name per address, as libpq asks for it
    give("host", joined(std::vector<std::string>(addresses.size(), to.host), ','));
    give("hostaddr", joined(addresses, ','));
  }
  if (to.port != 0) give("port", std::to_string(to.port));
  give("user", to.user);
  give("password", to.password);
  give("dbname", to.dbname);
  give("sslmode", to.sslmode);
  give("sslrootcert", to.sslrootcert);
  give("sslcert", to.sslcert);
  give("sslkey", to.sslkey);
  give("sslpassword", to.sslpassword);
  give("keepalives", to.tcp_keepalive ? "1" : "0");
  if (to.tcp_keepalive) {
    give("keepalives_idle", keepalive_idle_s);
    give("keepalives_interval", keepalive_interval_s);
    give("keepalives_count", keepalive_count);
    give("tcp_user_timeout", unanswered_ms_max);
  }
  give("application_name", to.application_name);
  give("client_encoding", "UTF8");
  give("options", session_settings);
  if (mode == connection_mode::replication) give("replication", "database");
  return parameters;
}

std::string settings_since(int server_version) {
  std::string statements;
  for (const auto& [since, name] : later_timeouts)
    if (server_version >= since) statements.append("SET ").append(name).append(" = 0; ");
  return statements;
}

bool needs_lookup(std::string_view host) {
  if (host.empty() || host.front() == '/' || host.front() == '@' ||
      host.find(',') != std::string_view::npos)
    return false;
  boost::system::error_code ignored;
  asio::ip::make_address(std::string(host), ignored);
  return ignored.failed();
}

std::string one_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  for (const char c : text) {
    const bool space = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (space && (line.empty() || line.back() == ' ') && c != ' ') continue;
    line += space ? ' ' : c;
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

failure connect_failure(std::string_view libpq_message, const connection_options& to) {
  std::string text(libpq_message);
  if (const auto location = text.find("\nLOCATION:"); location != std::string::npos)
    text.erase(location, text.find('\n', location + 1) - location);
  const std::string sqlstate = take_sqlstate(text);
  text = one_line(text);
  if (text.ends_with(other_key)) text += ": certificate verify failed: sslrootcert has another key";
  failure f = make_failure(
      errc::connection_failed, "cannot connect to " + describe(to) + ": " + text, sqlstate);
  if (sqlstate.empty() && is_client_refusal(text)) f.what = remedy::none;
  return f;
}

}  // namespace tidewire::postgres
