#include "http/errc.hpp"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <string>

namespace tidewire::http {

namespace {

class http_errors final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "http"; }
  std::string message(int value) const override {
    switch (static_cast<errc>(value)) {
      case errc::deadline_exceeded:
        return "no complete answer came before the deadline";
      case errc::malformed_url:
        return "not a URL of the form http(s)://host[:port][/path]";
      case errc::malformed_response:
        return "the answer is not HTTP/1.1";
      case errc::response_too_large:
        return "the answer is larger than the limit";
      case errc::host_not_found:
        return "the host name cannot be resolved";
      case errc::head_too_large:
        return "the head of the message is larger than the limit";
      case errc::body_too_large:
        return "the body of the request is larger than the limit";
      case errc::malformed_request:
        return "the request is not HTTP/1.1";
      case errc::connection_closed:
        return "the peer closed the connection before the answer was complete";
    }
    return "unknown HTTP error";
  }
};

class certificate_errors final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "certificate"; }
  std::string message(int value) const override {
    return std::string("the server's certificate is refused: ") +
           X509_verify_cert_error_string(value);
  }
};

class tls_errors final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "tls"; }
  std::string message(int value) const override {
    const char* const reason = ERR_reason_error_string(static_cast<unsigned long>(value));
    return reason != nullptr ? std::string("TLS: ") + reason : "TLS: the session failed";
  }
};

}  // namespace

const boost::system::error_category& http_category() noexcept {
  static const http_errors category;
  return category;
}

const boost::system::error_category& certificate_category() noexcept {
  static const certificate_errors category;
  return category;
}

const boost::system::error_category& tls_category() noexcept {
  static const tls_errors category;
  return category;
}

}  // namespace tidewire::http
