#pragma once

#include <cstddef>
#include <string>
#include <string_view>

struct ssl_st;

namespace tidewire::postgres {

/// The bytes of a connection that libpq has made, encrypted or not, past libpq. Never blocks, and
/// owns neither the socket nor the TLS session, which libpq frees. For one thread.
class transport {
 public:
  /// \param tls libpq's session (PQsslStruct), whose decrypted bytes libpq has all taken; null
  /// where the connection is plain.
  explicit transport(int socket, ssl_st* tls = nullptr) noexcept;

  int socket() const noexcept { return socket_; }

  /// Reads at most `size` of the bytes that have arrived. \return how many; 0: none now, or never
  /// again, which trouble() then says.
  std::size_t read(char* to, std::size_t size);
  /// Whether the last read took all that had arrived: another would only say so.
  bool drained() const noexcept { return drained_; }

  /// \return how many of the bytes were sent; 0: none now, and the next call must begin with the
  /// same; or never again, which trouble() then says.
  std::size_t write(std::string_view bytes);

  /// Why the connection is lost; empty while it is not.
  const std::string& trouble() const noexcept { return trouble_; }

 private:
  std::size_t read_plain(char* to, std::size_t size);
  std::size_t read_tls(char* to, std::size_t size);
  std::size_t write_plain(std::string_view bytes);
  std::size_t write_tls(std::string_view bytes);
  std::size_t stopped(int system_error);
  void tls_stopped(int result);

  int socket_;
  ssl_st* tls_;
  bool drained_ = false;
  std::string trouble_;
};

}  // namespace tidewire::postgres
