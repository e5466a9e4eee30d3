#include "guard/net/test_pki.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "guard/base/check.h"
#include "guard/net/openssl_handles.h"

namespace guard::net {

struct TestPki::State {
  KeyOwner key;
  CertificateOwner certificate;
};

namespace {

std::string drain(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_ctrl(bio, BIO_CTRL_INFO, 0, &data);
  return std::string(data, static_cast<std::size_t>(size));
}

std::string pem_of(X509* certificate) {
  const BioOwner bio(BIO_new(BIO_s_mem()));
  CHECK(PEM_write_bio_X509(bio.get(), certificate) == 1);
  return drain(bio.get());
}

std::string pem_of(EVP_PKEY* key) {
  const BioOwner bio(BIO_new(BIO_s_mem()));
  CHECK(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return drain(bio.get());
}

KeyOwner new_key() {
  KeyOwner key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  CHECK(key != nullptr);
  return key;
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  CHECK(extension != nullptr);
  CHECK(X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

CertificateOwner blank(const std::string& name, EVP_PKEY* key, long not_before, long not_after) {
  CertificateOwner made(X509_new());
  CHECK(X509_set_version(made.get(), 2) == 1);
  std::uint64_t serial = 0;
  CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(made.get()), serial >> 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), not_before);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), not_after);
  X509_set_pubkey(made.get(), key);
  X509_NAME* subject = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return made;
}

}  // namespace

TestPki::TestPki(const std::string& name) : state_(std::make_unique<State>()) {
  state_->key = new_key();
  state_->certificate = blank(name, state_->key.get(), -86400, 86400);
  X509* self = state_->certificate.get();
  X509_set_issuer_name(self, X509_get_subject_name(self));
  extend(self, self, NID_basic_constraints, "critical,CA:TRUE");
  extend(self, self, NID_key_usage, "critical,keyCertSign,cRLSign");
  extend(self, self, NID_subject_key_identifier, "hash");
  CHECK(X509_sign(self, state_->key.get(), EVP_sha256()) > 0);
  authority_ = pem_of(self);
}

TestPki::~TestPki() = default;

TestCertificate TestPki::issue(const TestCertificateSpec& spec) const {
  const KeyOwner key = new_key();
  const CertificateOwner made = blank("test", key.get(), spec.not_before, spec.not_after);
  X509* issuer = state_->certificate.get();
  X509_set_issuer_name(made.get(), X509_get_subject_name(issuer));
  std::string names;
  for (const std::string& name : spec.dns_names) {
    names += (names.empty() ? "DNS:" : ",DNS:") + name;
  }
  if (!names.empty()) extend(made.get(), issuer, NID_subject_alt_name, names);
  std::string usage;
  if (spec.server_usage) usage = "serverAuth";
  if (spec.client_usage) usage += usage.empty() ? "clientAuth" : ",clientAuth";
  if (!usage.empty()) extend(made.get(), issuer, NID_ext_key_usage, usage);
  CHECK(X509_sign(made.get(), state_->key.get(), EVP_sha256()) > 0);
  return {pem_of(made.get()), pem_of(key.get())};
}

TestCertificate TestPki::issue(const std::string& dns_name) const {
  TestCertificateSpec spec;
  spec.dns_names = {dns_name};
  return issue(spec);
}

}  // namespace guard::net
