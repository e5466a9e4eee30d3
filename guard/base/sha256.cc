#include "guard/base/sha256.h"

#include <openssl/evp.h>

#include "guard/base/check.h"

namespace guard {

struct Sha256::State {
  EVP_MD* algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  CHECK(state_->algorithm != nullptr && state_->context != nullptr);
}

Sha256::~Sha256() {
  EVP_MD_CTX_free(state_->context);
  EVP_MD_free(state_->algorithm);
}

Digest Sha256::digest(std::initializer_list<BytesView> parts) {
  Digest result{};
  CHECK(EVP_DigestInit_ex2(state_->context, state_->algorithm, nullptr) == 1);
  for (BytesView part : parts) {
    CHECK(EVP_DigestUpdate(state_->context, part.data(), part.size()) == 1);
  }
  unsigned size = 0;
  CHECK(EVP_DigestFinal_ex(state_->context, result.data(), &size) == 1 && size == result.size());
  return result;
}

}  // namespace guard
