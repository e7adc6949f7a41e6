#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace tidewire::testing {

/// A certificate authority that lives for one test and signs what the test wants.
class test_authority {
 public:
  struct identity {
    std::string certificate_pem;
    std::string key_pem;
  };

  explicit test_authority(const char* name = "tidewire test authority")
      : key_(EVP_EC_gen("P-256")), certificate_(make(name, "", key_.get(), -3600, 3600)) {}

  std::string certificate_pem() const { return pem(certificate_.get()); }

  /// A certificate for `names` such as "DNS:localhost" or "IP:127.0.0.1", valid between two
  /// instants in seconds from now.
  identity issue(const std::string& names, long from_s = -3600, long to_s = 3600) const {
    const key own(EVP_EC_gen("P-256"));
    const certificate c = make("tidewire test server", names, own.get(), from_s, to_s);
    const bio out(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(out.get(), own.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return {pem(c.get()), text(out.get())};
  }

 private:
  template <class T, void (*Free)(T*)>
  struct deleter {
    void operator()(T* t) const { Free(t); }
  };
  struct bio_free {
    void operator()(BIO* b) const { BIO_free(b); }
  };
  using key = std::unique_ptr<EVP_PKEY, deleter<EVP_PKEY, EVP_PKEY_free>>;
  using certificate = std::unique_ptr<X509, deleter<X509, X509_free>>;
  using bio = std::unique_ptr<BIO, bio_free>;

  certificate make(
      const char* name, const std::string& names, EVP_PKEY* owner, long from_s, long to_s) const {
    static long serial = 0;
    certificate c(X509_new());
    X509_set_version(c.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(c.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(c.get()), from_s);
    X509_gmtime_adj(X509_getm_notAfter(c.get()), to_s);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(c.get()),
                               "CN",
                               MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name),
                               -1,
                               -1,
                               0);
    X509_set_issuer_name(c.get(),
                         X509_get_subject_name(certificate_ ? certificate_.get() : c.get()));
    X509_set_pubkey(c.get(), owner);
    extend(
        c.get(), NID_basic_constraints, names.empty() ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (!names.empty()) extend(c.get(), NID_subject_alt_name, names.c_str());
    X509_sign(c.get(), key_.get(), EVP_sha256());
    return c;
  }
  static void extend(X509* c, int what, const char* value) {
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, what, value);
    X509_add_ext(c, extension, -1);
    X509_EXTENSION_free(extension);
  }
  static std::string pem(X509* c) {
    const bio out(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(out.get(), c);
    return text(out.get());
  }
  static std::string text(BIO* b) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(b, &bytes);
    return {bytes, static_cast<std::size_t>(size)};
  }

  key key_;
  certificate certificate_;
};

}  // namespace tidewire::testing
