#include "guard/base/cms_signature.h"

#include <memory>

#include "guard/base/cms_handle.h"
#include "guard/base/hex.h"
#include "guard/base/sha256.h"

namespace guard {
namespace {

using namespace cms;

void free_certificates(STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); }

using Certificates = std::unique_ptr<STACK_OF(X509), OpensslFree<free_certificates>>;

Certificates read_certificates(const std::string& pem) {
  Certificates stack(sk_X509_new_null());
  const Bio bio = reading(pem);
  while (stack && bio) {
    Certificate one(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!one) break;
    if (sk_X509_push(stack.get(), one.get()) > 0) static_cast<void>(one.release());
  }
  ERR_clear_error();  // the end of the list is no error
  return stack;
}

std::string subject_of(const X509* certificate) {
  const Bio out(BIO_new(BIO_s_mem()));
  if (!out) return {};
  X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0,
                     XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string fingerprint_of(const X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (size <= 0) return {};
  const std::string octets(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  const Digest digest = Sha256().digest(as_bytes(octets));
  return to_hex(digest);
}

bool is_valid_now(const X509* certificate) {
  return X509_cmp_current_time(X509_get0_notBefore(certificate)) < 0 &&
         X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0;
}

}  // namespace

std::expected<std::string, std::string> sign_cms(const std::string& signed_text,
                                                 const std::string& certificate,
                                                 const std::string& key) {
  const Bio certificate_bio = reading(certificate);
  const Certificate signer(PEM_read_bio_X509(certificate_bio.get(), nullptr, nullptr, nullptr));
  if (!signer) return std::unexpected(failure("the certificate cannot be read"));
  const Bio key_bio = reading(key);
  const Key secret(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
  if (!secret) return std::unexpected(failure("the key cannot be read"));
  const Bio data = reading(signed_text);
  const Cms cms(
      CMS_sign(signer.get(), secret.get(), nullptr, data.get(), CMS_DETACHED | CMS_BINARY));
  if (!cms) return std::unexpected(failure("it cannot be signed"));
  const Bio out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio_CMS(out.get(), cms.get()) != 1) {
    return std::unexpected(failure("the signature cannot be written"));
  }
  char* pem = nullptr;
  const long size = BIO_get_mem_data(out.get(), &pem);
  return std::string(pem, static_cast<std::size_t>(size));
}

std::expected<std::vector<Signer>, SignatureFault> verify_cms(const std::string& signed_text,
                                                              const std::string& signature,
                                                              const std::string& list) {
  const auto refuse = [](std::string what, bool malformed = false) {
    return std::unexpected(SignatureFault{std::move(what), malformed});
  };
  const Certificates known = read_certificates(list);
  if (!known || sk_X509_num(known.get()) == 0) {
    return refuse("the list of signers holds no certificate", true);
  }
  const Bio signature_bio = reading(signature);
  const Cms cms(PEM_read_bio_CMS(signature_bio.get(), nullptr, nullptr, nullptr));
  if (!cms) return refuse(failure("it is no signature"), true);
  const Bio data = reading(signed_text);
  // NOINTERN: a signer's certificate counts only where it is in the list. What the signature
  // carries itself proves nothing.
  const unsigned flags = CMS_DETACHED | CMS_BINARY | CMS_NOINTERN | CMS_NO_SIGNER_CERT_VERIFY;
  if (CMS_verify(cms.get(), known.get(), nullptr, data.get(), nullptr, flags) != 1) {
    return refuse(failure("it does not verify"));
  }
  // Borrowed from the list: only the stack itself is ours.
  STACK_OF(X509)* signers = CMS_get0_signers(cms.get());
  std::vector<Signer> found;
  std::string expired;
  for (int i = 0; i < sk_X509_num(signers); ++i) {
    const X509* signer = sk_X509_value(signers, i);
    if (!is_valid_now(signer)) expired = subject_of(signer);
    found.push_back({.subject = subject_of(signer), .fingerprint = fingerprint_of(signer)});
  }
  sk_X509_free(signers);
  if (!expired.empty()) return refuse("the certificate of " + expired + " is not valid now");
  if (found.empty()) return refuse("nobody has signed it");
  return found;
}

}  // namespace guard
