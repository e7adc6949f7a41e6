#pragma once

#include "base/byte_buffer.hpp"
#include "base/result.hpp"

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace tidewire::http {

struct ssl_context_free {
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
using ssl_context = std::unique_ptr<SSL_CTX, ssl_context_free>;

/// What all sessions of a pool share: TLS 1.2 or newer, trust in the system's certificates and
/// those of `ca_file`.
/// \throws startup_error if `ca_file` cannot be read.
ssl_context make_client_context(const std::string& ca_file, bool verify_peer);

/// The client's end of one TLS session, without a socket: encrypted bytes go in and come out,
/// somebody else carries them. Many records are encrypted into one buffer and leave in one write,
/// where a stream over a socket would write every 16 KiB record by itself.
class tls_session {
 public:
  /// `host` is asked for by SNI and must be named by the peer's certificate.
  tls_session(SSL_CTX& context, const std::string& host);
  ~tls_session();
  tls_session(const tls_session&) = delete;
  tls_session& operator=(const tls_session&) = delete;

  enum class progress { done, receive_more };
  /// Goes on with the handshake as far as the received bytes carry. Not done: send `to_send()`,
  /// receive more into `incoming()`.
  result<progress> handshake();
  /// Encrypts all of `plain`.
  error_code write(std::string_view plain);
  /// Decrypts up to `size` bytes. 0: more must be received first, unless peer_closed().
  result<std::size_t> read(char* to, std::size_t size);

  bool peer_closed() const noexcept { return peer_closed_; }
  /// Where the bytes from the socket go: prepare(), fill, commit().
  byte_buffer& incoming() noexcept { return incoming_; }
  /// What has to go to the socket; clear it when it has gone.
  byte_buffer& to_send() noexcept { return outgoing_; }

 private:
  struct ssl_free {
    void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
  };
  friend struct tls_session_pipe;

  error_code failure() const;

  std::unique_ptr<SSL, ssl_free> ssl_;
  byte_buffer incoming_;
  std::size_t incoming_used_ = 0;
  byte_buffer outgoing_;
  bool peer_closed_ = false;
};

}  // namespace tidewire::http
