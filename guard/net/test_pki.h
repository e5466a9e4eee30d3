// TestPki: throw-away authorities and certificates for tests, made with OpenSSL's API. P-256,
// unless told otherwise.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "guard/base/sha256.h"

namespace guard::net {

struct TestCertificate {
  std::string chain;  // PEM: the leaf, and its authority where that has one above it
  std::string key;    // PEM
};

// What an issued certificate says; the times are seconds from now.
struct TestCertificateSpec {
  std::vector<std::string> dns_names{};
  bool server_usage = true;
  bool client_usage = true;
  long not_before = -3600;
  long not_after = 86400;
  std::string other_usage{};               // such as "emailProtection"
  std::string key = "P-256";               // P-192, P-384, RSA-1024, RSA-2048
  bool sha1 = false;                       // the signature
  std::vector<std::string> srv_domains{};  // SRVName _xmpp-server.DOMAIN
  std::string directory_attributes{};      // DER in hexadecimal; empty: no such extension
};

// What an authority says of itself.
struct TestAuthoritySpec {
  std::string permitted{};  // name constraints, such as "permitted;DNS:near.lab"
  long not_after = 86400;
};

// A list of what an authority has revoked; the times are seconds from now.
struct TestListSpec {
  std::vector<TestCertificate> revoked{};
  long this_update = -3600;
  long next_update = 86400;
};

class TestPki {
 public:
  explicit TestPki(const std::string& name, const TestAuthoritySpec& spec = {});
  // An authority below another one.
  TestPki(const std::string& name, const TestPki& above);
  ~TestPki();
  [[nodiscard]] const std::string& authority() const { return authority_; }  // PEM
  [[nodiscard]] TestCertificate issue(const TestCertificateSpec& spec) const;
  [[nodiscard]] TestCertificate issue(const std::string& dns_name) const;
  // status gives an OCSP response about a certificate that this authority has issued, DER, signed
  // by itself, in force from an hour ago until an hour from now, or `ended` ten minutes ago.
  [[nodiscard]] std::string status(const TestCertificate& certificate, bool revoked,
                                   bool ended = false) const;
  // list gives a CRL, DER; list_pem the same in PEM.
  [[nodiscard]] std::string list(const TestListSpec& spec) const;
  [[nodiscard]] std::string list_pem(const TestListSpec& spec) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::string authority_;
  std::string below_;  // what is sent with a leaf: this authority, where it is no root
};

// key_digest gives the SHA-256 of the certificate's SubjectPublicKeyInfo.
[[nodiscard]] Digest key_digest(const TestCertificate& certificate);

}  // namespace guard::net
