// SigningKey: Ed25519 (SPEC: RFC 8032), the one adapter around libcrypto's keys.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "guard/base/bytes.h"

struct evp_pkey_st;

namespace audit {

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

// SigningKey holds a private key. libcrypto overwrites it when the value dies; it is never written
// anywhere.
class SigningKey {
 public:
  // generate ends the process where libcrypto has no randomness.
  [[nodiscard]] static SigningKey generate();

  // from_pem reads an unencrypted private key (PKCS #8, as `openssl genpkey -algorithm ed25519`
  // writes it). The error says what is wrong with it, never what is in it.
  [[nodiscard]] static std::expected<SigningKey, std::string> from_pem(std::string_view pem);

  [[nodiscard]] PublicKey public_key() const;
  [[nodiscard]] Signature sign(std::string_view text) const;

 private:
  struct Free {
    void operator()(evp_pkey_st* key) const;
  };
  explicit SigningKey(evp_pkey_st* key) : key_(key) {}
  std::unique_ptr<evp_pkey_st, Free> key_;
};

// is_signed says whether `signature` is that key's over `text`.
[[nodiscard]] bool is_signed(const PublicKey& key, std::string_view text,
                             const Signature& signature);

// public_key_from_pem reads a public key (SubjectPublicKeyInfo, as `openssl pkey -pubout` writes
// it).
[[nodiscard]] std::expected<PublicKey, std::string> public_key_from_pem(std::string_view pem);

// to_pem writes it so.
[[nodiscard]] std::string to_pem(const PublicKey& key);

}  // namespace audit
