#include "guard/xmpp/dialback.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "guard/base/bytes.h"
#include "guard/base/check.h"
#include "guard/base/hex.h"
#include "guard/base/sha256.h"

namespace guard::xmpp {

DialbackSecret::DialbackSecret(std::string_view secret)
    : hashed_(to_hex(Sha256().digest(as_bytes(secret)))) {}

DialbackSecret::~DialbackSecret() { OPENSSL_cleanse(hashed_.data(), hashed_.size()); }

std::string DialbackSecret::key(std::string_view receiving, std::string_view originating,
                                std::string_view stream_id) const {
  std::string text;
  text.reserve(receiving.size() + originating.size() + stream_id.size() + 2);
  text.append(receiving).append(1, ' ').append(originating).append(1, ' ').append(stream_id);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  const BytesView octets = as_bytes(text);
  CHECK(HMAC(EVP_sha256(), hashed_.data(), static_cast<int>(hashed_.size()), octets.data(),
             octets.size(), mac.data(), &size) != nullptr);
  return to_hex({mac.data(), size});
}

bool DialbackSecret::matches(std::string_view candidate, std::string_view receiving,
                             std::string_view originating, std::string_view stream_id) const {
  const std::string expected = key(receiving, originating, stream_id);
  return candidate.size() == expected.size() &&
         CRYPTO_memcmp(candidate.data(), expected.data(), expected.size()) == 0;
}

}  // namespace guard::xmpp
