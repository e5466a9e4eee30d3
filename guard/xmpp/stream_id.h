// StreamIds: unpredictable stream ids out of one random value, new at each restart
// (RFC 6120 section 4.7.3).
#pragma once

#include <cstdint>
#include <string>

#include "guard/base/sha256.h"

namespace guard::xmpp {

class StreamIds {
 public:
  // The seed is 32 random octets that the shell drew for this connection alone.
  explicit StreamIds(const Digest& seed) : seed_(seed) {}

  // next gives 32 lower-case hex digits, 128 bits of SHA-256(seed, counter).
  [[nodiscard]] std::string next();

 private:
  Digest seed_;
  std::uint32_t count_ = 0;
};

}  // namespace guard::xmpp
