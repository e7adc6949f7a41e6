#include "postgres/transport.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <system_error>

namespace tidewire::postgres {
namespace {

/// Of what one look at the socket brings, in whole TLS records: as much as the socket of a stream
/// is to hold (read_pace::socket_bytes).
constexpr std::size_t tls_read_ahead_bytes = 64U * 1024U;

constexpr const char* server_closed = "the server closed it";

int int_size(std::size_t size) noexcept {
  return static_cast<int>(std::min<std::size_t>(size, INT_MAX));
}

}  // namespace

transport::transport(int socket, ssl_st* tls) noexcept : socket_(socket), tls_(tls) {
  if (tls_ == nullptr) return;
  // A record of the server's is often one small change: many of them are to come with one call. The
  // buffer is made anew, larger, where nothing waits in it.
  SSL_set_read_ahead(tls_, 1);
  SSL_set_default_read_buffer_len(tls_, tls_read_ahead_bytes);
  SSL_free_buffers(tls_);
}

std::size_t transport::read(char* to, std::size_t size) {
  return tls_ == nullptr ? read_plain(to, size) : read_tls(to, size);
}

std::size_t transport::write(std::string_view bytes) {
  return tls_ == nullptr ? write_plain(bytes) : write_tls(bytes);
}

std::size_t transport::read_plain(char* to, std::size_t size) {
  ssize_t got = 0;
  do {
    got = ::recv(socket_, to, size, MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return stopped(errno);
  if (got == 0) trouble_ = server_closed;
  drained_ = static_cast<std::size_t>(got) < size;
  return static_cast<std::size_t>(got);
}

/// Record by record, until the socket has no more: what was read ahead may end with a record while
/// as much again waits there.
std::size_t transport::read_tls(char* to, std::size_t size) {
  drained_ = false;
  for (std::size_t got = 0; got < size;) {
    ERR_clear_error();
    const int more = SSL_read(tls_, to + got, int_size(size - got));
    if (more <= 0) {
      tls_stopped(more);
      return got;
    }
    got += static_cast<std::size_t>(more);
  }
  return size;
}

std::size_t transport::write_plain(std::string_view bytes) {
  ssize_t sent = 0;
  do {
    sent = ::send(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent < 0 ? stopped(errno) : static_cast<std::size_t>(sent);
}

std::size_t transport::write_tls(std::string_view bytes) {
  ERR_clear_error();
  const int sent = SSL_write(tls_, bytes.data(), int_size(bytes.size()));
  if (sent > 0) return static_cast<std::size_t>(sent);
  tls_stopped(sent);
  return 0;
}

std::size_t transport::stopped(int system_error) {
  drained_ = true;
  if (system_error != EAGAIN && system_error != EWOULDBLOCK)
    trouble_ = std::generic_category().message(system_error);
  return 0;
}

void transport::tls_stopped(int result) {
  const int system_error = errno;
  drained_ = true;
  switch (SSL_get_error(tls_, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:  // of a new key: goes out with the next report
      break;
    case SSL_ERROR_ZERO_RETURN:
      trouble_ = server_closed;
      break;
    case SSL_ERROR_SYSCALL:
      trouble_ = system_error == 0 ? server_closed : std::generic_category().message(system_error);
      break;
    default: {
      const unsigned long code = ERR_get_error();
      const char* const why = ERR_reason_error_string(code);
      trouble_ = ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING ? server_closed
                 : why != nullptr                                           ? why
                                                                            : "TLS failed";
    }
  }
}

}  // namespace tidewire::postgres
