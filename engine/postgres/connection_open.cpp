#include "postgres/connection_parameters.hpp"
#include "postgres/connection_state.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <utility>

namespace tidewire::postgres {
namespace {

failure cannot_connect(const connection_options& to, error_code code, std::string_view why) {
  return make_failure(code, "cannot connect to " + describe(to) + ": " + std::string(why));
}

std::unique_ptr<PGconn, pq_finish> start_connecting(const connection_options& to,
                                                    connection_mode mode,
                                                    const std::vector<std::string>& addresses) {
  const auto parameters = libpq_parameters(to, mode, addresses);
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  for (const auto& [name, value] : parameters) {
    keywords.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  return std::unique_ptr<PGconn, pq_finish>(
      PQconnectStartParams(keywords.data(), values.data(), /*expand_dbname=*/0));
}

}  // namespace

call<std::vector<std::string>> connection::state::resolve(deadline until) {
  asio::ip::tcp::resolver resolver(executor);
  // The handler may find its resolver gone: by then the shared flag says so.
  const auto resolving = std::make_shared<bool>(true);
  asio::steady_timer timer(executor, until);
  timer.async_wait([&resolver, resolving](error_code ended) {
    if (!ended.failed() && *resolving) resolver.cancel();
  });
  auto [ended, found] = co_await resolver.async_resolve(options.host, "", as_result);
  *resolving = false;
  if (ended.failed())
    co_return cannot_connect(
        options, ended, "the host name cannot be resolved: " + ended.message());
  std::vector<std::string> addresses;
  for (const auto& entry : found) {
    std::string address = entry.endpoint().address().to_string();
    if (std::find(addresses.begin(), addresses.end(), address) == addresses.end())
      addresses.push_back(std::move(address));
  }
  co_return addresses;
}

call<nothing> connection::state::connect(connection_mode mode) {
  const deadline until = std::chrono::steady_clock::now() + options.connect_ms_max;
  std::vector<std::string> addresses;
  if (needs_lookup(options.host)) {
    auto found = co_await resolve(until);
    if (!found) co_return std::move(found).error();
    addresses = std::move(*found);
  }
  link = start_connecting(options, mode, addresses);
  if (!link) co_return cannot_connect(options, errc::connection_failed, "out of memory");
  // The SQLSTATE of a refused connection is only to be had in the verbose text.
  PQsetErrorVerbosity(link.get(), PQERRORS_VERBOSE);
  PQsetNoticeReceiver(
      link.get(),
      [](void* open, const PGresult* said) { static_cast<state*>(open)->heed(fields_of(said)); },
      this);

  bool failed = PQstatus(link.get()) == CONNECTION_BAD;
  for (auto next = PGRES_POLLING_WRITING; !failed && next != PGRES_POLLING_OK;) {
    if (const auto ec = reading.assign(PQsocket(link.get())); ec.failed())
      co_return cannot_connect(options, ec, ec.message());
    const auto what = next == PGRES_POLLING_READING ? watched_socket::wait_type::wait_read
                                                    : watched_socket::wait_type::wait_write;
    const auto ended = co_await reading.wait(what, until);
    if (ended == asio::error::timed_out)
      co_return cannot_connect(options, errc::deadline_exceeded, "no answer in time");
    if (ended.failed()) co_return cannot_connect(options, ended, ended.message());
    next = PQconnectPoll(link.get());
    failed = next == PGRES_POLLING_FAILED;
  }
  if (failed) co_return connect_failure(PQerrorMessage(link.get()), options);

  PQsetErrorVerbosity(link.get(), PQERRORS_DEFAULT);
  if (PQsetnonblocking(link.get(), 1) != 0) co_return link_lost();
  if (const auto ec = reading.assign(PQsocket(link.get())); ec.failed())
    co_return cannot_connect(options, ec, ec.message());
  co_return nothing{};
}

call<std::unique_ptr<connection>> connection::open(connection_options to, connection_mode mode) {
  auto fresh = std::make_unique<state>(co_await asio::this_coro::executor, std::move(to));
  auto connected = co_await fresh->connect(mode);
  if (!connected) co_return std::move(connected).error();
  std::unique_ptr<connection> opened(new connection(std::move(fresh)));
  if (auto settings = settings_since(opened->server_version()); !settings.empty()) {
    auto set = co_await opened->query(std::move(settings));
    if (!set) co_return std::move(set).error();
  }
  if (mode == connection_mode::query) {
    for (const std::string& statement : opened->options().initial_statements) {
      auto done = co_await opened->query(statement);
      if (!done) co_return std::move(done).error();
    }
  }
  co_return std::move(opened);
}

std::string describe(const connection_options& to) {
  std::string text = to.user.empty() ? "" : to.user + '@';
  text += to.host.empty() ? "(libpq's default host)" : to.host;
  if (to.port != 0) text += ':' + std::to_string(to.port);
  if (!to.dbname.empty()) text += '/' + to.dbname;
  return text;
}

}  // namespace tidewire::postgres
