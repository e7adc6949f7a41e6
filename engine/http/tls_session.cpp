#include "http/tls_session.hpp"

#include "base/startup_error.hpp"
#include "http/errc.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>

namespace tidewire::http {

/// OpenSSL reads from and writes to a session's two buffers through this BIO.
struct tls_session_pipe {
  static tls_session& session_of(BIO* bio) { return *static_cast<tls_session*>(BIO_get_data(bio)); }

  static int write(BIO* bio, const char* bytes, std::size_t size, std::size_t* written) {
    BIO_clear_retry_flags(bio);
    session_of(bio).outgoing_.append({bytes, size});
    *written = size;
    return 1;
  }

  static int read(BIO* bio, char* to, std::size_t size, std::size_t* taken) {
    tls_session& s = session_of(bio);
    BIO_clear_retry_flags(bio);
    const std::size_t left = s.incoming_.size() - s.incoming_used_;
    if (left == 0) {
      BIO_set_retry_read(bio);
      *taken = 0;
      return 0;
    }
    *taken = std::min(left, size);
    std::memcpy(to, s.incoming_.data() + s.incoming_used_, *taken);
    s.incoming_used_ += *taken;
    if (s.incoming_used_ == s.incoming_.size()) {
      s.incoming_.clear();
      s.incoming_used_ = 0;
    }
    return 1;
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static BIO_METHOD* method() {
    static BIO_METHOD* const only = [] {
      BIO_METHOD* const m =
          BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "tidewire session");
      BIO_meth_set_write_ex(m, &tls_session_pipe::write);
      BIO_meth_set_read_ex(m, &tls_session_pipe::read);
      BIO_meth_set_ctrl(m, &tls_session_pipe::control);
      return m;
    }();
    return only;
  }
};

namespace {

bool is_ip_address(const std::string& host) {
  ASN1_OCTET_STRING* const address = a2i_IPADDRESS(host.c_str());
  ASN1_OCTET_STRING_free(address);
  return address != nullptr;
}

}  // namespace

ssl_context make_client_context(const std::string& ca_file, bool verify_peer) {
  ssl_context context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) throw startup_error("OpenSSL cannot make a TLS context", 1);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_verify(context.get(), verify_peer ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_default_verify_paths(context.get());
  if (!ca_file.empty() && SSL_CTX_load_verify_file(context.get(), ca_file.c_str()) != 1)
    throw startup_error("cannot read certificates from the CA bundle " + ca_file);
  return context;
}

tls_session::tls_session(SSL_CTX& context, const std::string& host) : ssl_(SSL_new(&context)) {
  assert(ssl_ != nullptr);
  BIO* const bio = BIO_new(tls_session_pipe::method());
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_connect_state(ssl_.get());
  if (is_ip_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), host.c_str());
  } else {
    SSL_set_tlsext_host_name(ssl_.get(), host.c_str());
    SSL_set_hostflags(ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(ssl_.get(), host.c_str());
  }
}

tls_session::~tls_session() = default;

error_code tls_session::failure() const {
  const long verified = SSL_get_verify_result(ssl_.get());
  if (verified != X509_V_OK && (SSL_get_verify_mode(ssl_.get()) & SSL_VERIFY_PEER) != 0)
    return {static_cast<int>(verified), certificate_category()};
  const unsigned long reason = ERR_peek_last_error();
  return {static_cast<int>(reason & static_cast<unsigned long>(std::numeric_limits<int>::max())),
          tls_category()};
}

result<tls_session::progress> tls_session::handshake() {
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl_.get());
  if (done == 1) return progress::done;
  if (SSL_get_error(ssl_.get(), done) == SSL_ERROR_WANT_READ) return progress::receive_more;
  return failure();
}

error_code tls_session::write(std::string_view plain) {
  if (plain.empty()) return {};
  ERR_clear_error();
  std::size_t written = 0;
  // The BIO takes everything, so OpenSSL writes all or fails.
  if (SSL_write_ex(ssl_.get(), plain.data(), plain.size(), &written) != 1) return failure();
  assert(written == plain.size());
  return {};
}

result<std::size_t> tls_session::read(char* to, std::size_t size) {
  ERR_clear_error();
  std::size_t taken = 0;
  if (SSL_read_ex(ssl_.get(), to, size, &taken) == 1) return taken;
  switch (SSL_get_error(ssl_.get(), 0)) {
    case SSL_ERROR_WANT_READ:
      return std::size_t{0};
    case SSL_ERROR_ZERO_RETURN:
      peer_closed_ = true;
      return std::size_t{0};
    default:
      return failure();
  }
}

}  // namespace tidewire::http
