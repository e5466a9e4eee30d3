#include "audit/signing_key.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <climits>

#include "guard/base/base64.h"
#include "guard/base/check.h"

namespace audit {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

Memory memory_of(std::string_view text) {
  CHECK(text.size() < INT_MAX);
  Memory memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free);
  CHECK(memory != nullptr);
  return memory;
}

// Never asks anybody for a password.
int no_password(char*, int, int, void*) { return 0; }

// The header of a SubjectPublicKeyInfo with an Ed25519 key (SPEC: RFC 8410 4).
constexpr std::uint8_t kHeader[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                    0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

}  // namespace

void SigningKey::Free::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

SigningKey SigningKey::generate() {
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  CHECK(key != nullptr);
  return SigningKey(key);
}

std::expected<SigningKey, std::string> SigningKey::from_pem(std::string_view pem) {
  const Memory memory = memory_of(pem);
  Key key(PEM_read_bio_PrivateKey(memory.get(), nullptr, no_password, nullptr), EVP_PKEY_free);
  ERR_clear_error();
  if (!key) return std::unexpected("is no unencrypted private key in PEM");
  if (EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519) {
    return std::unexpected("is a key of another kind, expected Ed25519");
  }
  return SigningKey(key.release());
}

PublicKey SigningKey::public_key() const {
  PublicKey octets{};
  std::size_t length = octets.size();
  CHECK(EVP_PKEY_get_raw_public_key(key_.get(), octets.data(), &length) == 1 &&
        length == octets.size());
  return octets;
}

Signature SigningKey::sign(std::string_view text) const {
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  Signature signature{};
  std::size_t length = signature.size();
  const guard::BytesView octets = guard::as_bytes(text);
  CHECK(context != nullptr &&
        EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
        EVP_DigestSign(context.get(), signature.data(), &length, octets.data(), octets.size()) ==
            1 &&
        length == signature.size());
  return signature;
}

bool is_signed(const PublicKey& key, std::string_view text, const Signature& signature) {
  const Key known(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()),
                  EVP_PKEY_free);
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  CHECK(context != nullptr);
  const guard::BytesView octets = guard::as_bytes(text);
  const bool good =
      known != nullptr &&
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, known.get()) == 1 &&
      EVP_DigestVerify(context.get(), signature.data(), signature.size(), octets.data(),
                       octets.size()) == 1;
  ERR_clear_error();
  return good;
}

std::expected<PublicKey, std::string> public_key_from_pem(std::string_view pem) {
  const Memory memory = memory_of(pem);
  const Key key(PEM_read_bio_PUBKEY(memory.get(), nullptr, no_password, nullptr), EVP_PKEY_free);
  ERR_clear_error();
  if (!key) return std::unexpected("is no public key in PEM");
  PublicKey octets{};
  std::size_t length = octets.size();
  if (EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_public_key(key.get(), octets.data(), &length) != 1 ||
      length != octets.size()) {
    return std::unexpected("is a key of another kind, expected Ed25519");
  }
  return octets;
}

std::string to_pem(const PublicKey& key) {
  guard::Bytes der(std::begin(kHeader), std::end(kHeader));
  der.insert(der.end(), key.begin(), key.end());
  return "-----BEGIN PUBLIC KEY-----\n" + guard::to_base64(der) + "\n-----END PUBLIC KEY-----\n";
}

}  // namespace audit
