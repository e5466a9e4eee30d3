#include "guard/base/cms_envelope.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <utility>

#include "guard/base/cms_handle.h"

namespace guard {
namespace {

using namespace cms;

void free_octets(unsigned char* octets) { OPENSSL_free(octets); }

// Why nothing can be sealed to a certificate; empty where something can.
std::string objection(X509* certificate) {
  EVP_PKEY* const key = X509_get0_pubkey(certificate);
  if (key == nullptr) return failure("its key cannot be read");
  const int bits = EVP_PKEY_get_bits(key);
  std::uint32_t use = 0;
  if (EVP_PKEY_is_a(key, "RSA") == 1) {
    if (bits < 2048 || bits > 8192) {
      return "its RSA key has " + std::to_string(bits) + " bits: expected 2048 to 8192";
    }
    use = KU_KEY_ENCIPHERMENT;
  } else if (EVP_PKEY_is_a(key, "EC") == 1) {
    std::array<char, 64> curve{};
    std::size_t size = 0;
    if (EVP_PKEY_get_group_name(key, curve.data(), curve.size(), &size) != 1) {
      return failure("its curve cannot be read");
    }
    constexpr std::array<std::string_view, 3> kCurves{"prime256v1", "secp384r1", "secp521r1"};
    if (std::ranges::find(kCurves, std::string_view(curve.data(), size)) == kCurves.end()) {
      return "its key is on the curve " + std::string(curve.data(), size) +
             ": expected P-256, P-384 or P-521";
    }
    use = KU_KEY_AGREEMENT;
  } else {
    return "its key cannot be sealed to: expected RSA or EC";
  }
  const std::uint32_t uses = X509_get_key_usage(certificate);  // all, where it does not say
  if ((uses & use) == 0) {
    return std::string("its key is not for ") +
           (use == KU_KEY_AGREEMENT ? "keyAgreement" : "keyEncipherment");
  }
  return {};
}

// Adds a recipient, with the parameters that OpenSSL does not take by itself.
bool add_recipient(CMS_ContentInfo* cms, X509* certificate) {
  unsigned flags = CMS_KEY_PARAM;
  if (X509_get0_subject_key_id(certificate) != nullptr) flags |= CMS_USE_KEYID;
  CMS_RecipientInfo* const recipient = CMS_add1_recipient_cert(cms, certificate, flags);
  if (recipient == nullptr) return false;
  EVP_PKEY_CTX* const context = CMS_RecipientInfo_get0_pkey_ctx(recipient);
  if (context == nullptr) return false;
  if (CMS_RecipientInfo_type(recipient) == CMS_RECIPINFO_AGREE) {
    return EVP_PKEY_CTX_set_ecdh_kdf_md(context, EVP_sha256()) == 1;
  }
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1;
}

}  // namespace

struct Recipients::Certificates {
  std::vector<Certificate> all;
};

Recipients::Recipients(std::unique_ptr<Certificates> certificates)
    : certificates_(std::move(certificates)) {}
Recipients::~Recipients() = default;
Recipients::Recipients(Recipients&&) noexcept = default;
Recipients& Recipients::operator=(Recipients&&) noexcept = default;

std::expected<Recipients, Recipients::Fault> Recipients::make(
    std::span<const std::string> certificates) {
  if (certificates.empty()) return std::unexpected(Fault{0, "there is no certificate"});
  if (certificates.size() > kMost) {
    return std::unexpected(
        Fault{kMost, "there are more than " + std::to_string(kMost) + " certificates"});
  }
  auto read = std::make_unique<Certificates>();
  for (std::size_t which = 0; which < certificates.size(); ++which) {
    auto one = read_certificate(certificates[which]);
    if (!one) return std::unexpected(Fault{which, one.error()});
    if (std::string why = objection(one->get()); !why.empty()) {
      return std::unexpected(Fault{which, std::move(why)});
    }
    for (const Certificate& other : read->all) {
      if (X509_cmp(other.get(), one->get()) == 0) {
        return std::unexpected(Fault{which, "the certificate is there twice"});
      }
    }
    read->all.push_back(std::move(*one));
  }
  Recipients made(std::move(read));
  const auto tried = made.seal("x");
  if (!tried) return std::unexpected(Fault{0, tried.error()});
  // An issuer's name may be of any length, and stands in each envelope.
  if (tried->size() > kOverhead) {
    return std::unexpected(Fault{0, "their names make envelopes too long"});
  }
  return made;
}

std::expected<std::string, std::string> Recipients::seal(std::string_view text) const {
  const Cms cms(CMS_encrypt(nullptr, nullptr, EVP_aes_256_gcm(), CMS_BINARY | CMS_PARTIAL));
  if (!cms) return std::unexpected(failure("no envelope can be made"));
  for (const Certificate& one : certificates_->all) {
    if (!add_recipient(cms.get(), one.get())) {
      return std::unexpected(failure("no envelope can be made for a certificate"));
    }
  }
  const Bio data = reading(text);
  if (!data || CMS_final(cms.get(), data.get(), nullptr, CMS_BINARY) != 1) {
    return std::unexpected(failure("it cannot be sealed"));
  }
  unsigned char* octets = nullptr;
  const int size = i2d_CMS_ContentInfo(cms.get(), &octets);
  const std::unique_ptr<unsigned char, OpensslFree<free_octets>> owned(octets);
  if (size <= 0) return std::unexpected(failure("the envelope cannot be written"));
  return std::string(reinterpret_cast<const char*>(octets), static_cast<std::size_t>(size));
}

std::expected<std::string, Unopened> open_envelope(std::string_view envelope,
                                                   const std::string& key,
                                                   const std::string& certificate) {
  const Bio key_bio = reading(key);
  const Key secret(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
  if (!secret) return std::unexpected(Unopened{failure("the key cannot be read"), true});
  Certificate owner;
  if (!certificate.empty()) {
    auto read = read_certificate(certificate);
    if (!read) return std::unexpected(Unopened{"the certificate: " + read.error(), true});
    owner = std::move(*read);
    if (X509_check_private_key(owner.get(), secret.get()) != 1) {
      ERR_clear_error();
      return std::unexpected(Unopened{"the key is not the certificate's", true});
    }
  }
  const auto* at = reinterpret_cast<const unsigned char*>(envelope.data());
  const Cms cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(envelope.size())));
  if (!cms || OBJ_obj2nid(CMS_get0_type(cms.get())) != NID_id_smime_ct_authEnvelopedData) {
    ERR_clear_error();
    return std::unexpected(Unopened{"it is no envelope"});
  }
  const Bio out(BIO_new(BIO_s_mem()));
  if (!out ||
      CMS_decrypt(cms.get(), secret.get(), owner.get(), nullptr, out.get(), CMS_BINARY) != 1) {
    // Which of the two it is cannot be told, and is not to be.
    ERR_clear_error();
    return std::unexpected(
        Unopened{"it does not open: it was sealed to others, or has been changed"});
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

}  // namespace guard
