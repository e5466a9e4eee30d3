#include "guard/net/test_pki.h"

#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "guard/base/check.h"
#include "guard/net/certificate_names.h"
#include "guard/net/openssl_handles.h"

namespace guard::net {

struct TestPki::State {
  [[nodiscard]] RevocationListOwner list(const TestListSpec& spec) const;

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

KeyOwner new_key(const std::string& kind) {
  KeyOwner key;
  if (kind.starts_with("RSA-")) {
    const std::size_t bits = std::stoul(kind.substr(4));
    key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits));
  } else {
    key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", kind.c_str()));
  }
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

void extend_authority(X509* self, X509* issuer) {
  extend(self, issuer, NID_basic_constraints, "critical,CA:TRUE");
  extend(self, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
  extend(self, issuer, NID_subject_key_identifier, "hash");
}

}  // namespace

TestPki::TestPki(const std::string& name, const TestAuthoritySpec& spec)
    : state_(std::make_unique<State>()) {
  state_->key = new_key("P-256");
  state_->certificate = blank(name, state_->key.get(), -86400, spec.not_after);
  X509* self = state_->certificate.get();
  X509_set_issuer_name(self, X509_get_subject_name(self));
  extend_authority(self, self);
  if (!spec.permitted.empty()) extend(self, self, NID_name_constraints, spec.permitted);
  CHECK(X509_sign(self, state_->key.get(), EVP_sha256()) > 0);
  authority_ = pem_of(self);
}

TestPki::TestPki(const std::string& name, const TestPki& above)
    : state_(std::make_unique<State>()) {
  state_->key = new_key("P-256");
  state_->certificate = blank(name, state_->key.get(), -86400, 86400);
  X509* self = state_->certificate.get();
  X509* issuer = above.state_->certificate.get();
  X509_set_issuer_name(self, X509_get_subject_name(issuer));
  extend_authority(self, issuer);
  CHECK(X509_sign(self, above.state_->key.get(), EVP_sha256()) > 0);
  authority_ = pem_of(self);
  below_ = authority_ + above.below_;
}

TestPki::~TestPki() = default;

TestCertificate TestPki::issue(const TestCertificateSpec& spec) const {
  const KeyOwner key = new_key(spec.key);
  const CertificateOwner made = blank("test", key.get(), spec.not_before, spec.not_after);
  X509* issuer = state_->certificate.get();
  X509_set_issuer_name(made.get(), X509_get_subject_name(issuer));
  std::string names;
  const auto add = [](std::string& list, const std::string& item) {
    list += (list.empty() ? "" : ",") + item;
  };
  for (const std::string& name : spec.dns_names) add(names, "DNS:" + name);
  for (const std::string& domain : spec.srv_domains) {
    add(names, "otherName:1.3.6.1.5.5.7.8.7;IA5STRING:_xmpp-server." + domain);
  }
  if (!names.empty()) extend(made.get(), issuer, NID_subject_alt_name, names);
  std::string usage = spec.other_usage;
  if (spec.server_usage) add(usage, "serverAuth");
  if (spec.client_usage) add(usage, "clientAuth");
  if (!usage.empty()) extend(made.get(), issuer, NID_ext_key_usage, usage);
  if (!spec.directory_attributes.empty()) {
    extend(made.get(), issuer, NID_subject_directory_attributes,
           "DER:" + spec.directory_attributes);
  }
  CHECK(X509_sign(made.get(), state_->key.get(), spec.sha1 ? EVP_sha1() : EVP_sha256()) > 0);
  return {pem_of(made.get()) + below_, pem_of(key.get())};
}

TestCertificate TestPki::issue(const std::string& dns_name) const {
  TestCertificateSpec spec;
  spec.dns_names = {dns_name};
  return issue(spec);
}

RevocationListOwner TestPki::State::list(const TestListSpec& spec) const {
  RevocationListOwner made(X509_CRL_new());
  CHECK(X509_CRL_set_version(made.get(), 1) == 1);
  CHECK(X509_CRL_set_issuer_name(made.get(), X509_get_subject_name(certificate.get())) == 1);
  const std::unique_ptr<ASN1_TIME, OpensslFree<ASN1_TIME_free>> time(ASN1_TIME_new());
  X509_gmtime_adj(time.get(), spec.this_update);
  CHECK(X509_CRL_set1_lastUpdate(made.get(), time.get()) == 1);
  for (const TestCertificate& one : spec.revoked) {
    const BioOwner bio(BIO_new_mem_buf(one.chain.data(), static_cast<int>(one.chain.size())));
    const CertificateOwner leaf(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    CHECK(leaf != nullptr);
    X509_REVOKED* entry = X509_REVOKED_new();
    CHECK(X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(leaf.get())) == 1);
    CHECK(X509_REVOKED_set_revocationDate(entry, time.get()) == 1);
    CHECK(X509_CRL_add0_revoked(made.get(), entry) == 1);
  }
  X509_gmtime_adj(time.get(), spec.next_update);
  CHECK(X509_CRL_set1_nextUpdate(made.get(), time.get()) == 1);
  X509_CRL_sort(made.get());
  CHECK(X509_CRL_sign(made.get(), key.get(), EVP_sha256()) > 0);
  return made;
}

std::string TestPki::status(const TestCertificate& certificate, bool revoked, bool ended) const {
  const BioOwner bio(
      BIO_new_mem_buf(certificate.chain.data(), static_cast<int>(certificate.chain.size())));
  const CertificateOwner leaf(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  CHECK(leaf != nullptr);
  const OpensslOwner<OCSP_CERTID, OCSP_CERTID_free> id(
      OCSP_cert_to_id(EVP_sha1(), leaf.get(), state_->certificate.get()));
  const OpensslOwner<OCSP_BASICRESP, OCSP_BASICRESP_free> basic(OCSP_BASICRESP_new());
  const std::unique_ptr<ASN1_TIME, OpensslFree<ASN1_TIME_free>> from(
      X509_gmtime_adj(nullptr, -3600));
  const std::unique_ptr<ASN1_TIME, OpensslFree<ASN1_TIME_free>> until(
      X509_gmtime_adj(nullptr, ended ? -600 : 3600));
  CHECK(OCSP_basic_add1_status(basic.get(), id.get(),
                               revoked ? V_OCSP_CERTSTATUS_REVOKED : V_OCSP_CERTSTATUS_GOOD, 0,
                               from.get(), from.get(), until.get()) != nullptr);
  CHECK(OCSP_basic_sign(basic.get(), state_->certificate.get(), state_->key.get(), EVP_sha256(),
                        nullptr, 0) == 1);
  const OpensslOwner<OCSP_RESPONSE, OCSP_RESPONSE_free> made(
      OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
  unsigned char* der = nullptr;
  const int size = i2d_OCSP_RESPONSE(made.get(), &der);
  CHECK(size > 0);
  std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return text;
}

std::string TestPki::list(const TestListSpec& spec) const {
  const RevocationListOwner made = state_->list(spec);
  unsigned char* der = nullptr;
  const int size = i2d_X509_CRL(made.get(), &der);
  CHECK(size > 0);
  std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return text;
}

std::string TestPki::list_pem(const TestListSpec& spec) const {
  const RevocationListOwner made = state_->list(spec);
  const BioOwner bio(BIO_new(BIO_s_mem()));
  CHECK(PEM_write_bio_X509_CRL(bio.get(), made.get()) == 1);
  return drain(bio.get());
}

Digest key_digest(const TestCertificate& certificate) {
  const BioOwner bio(
      BIO_new_mem_buf(certificate.chain.data(), static_cast<int>(certificate.chain.size())));
  const CertificateOwner leaf(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  CHECK(leaf != nullptr);
  xmpp::CertificateFacts facts;
  read_names(leaf.get(), facts);
  return *facts.key_sha256;
}

}  // namespace guard::net
