// Sha256: the digest of everything that the audit log and the tickets name (FIPS 180-4).
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>

#include "guard/base/bytes.h"

namespace guard {

using Digest = std::array<std::uint8_t, 32>;

// Sha256 computes digests; the algorithm is fetched once when it is constructed (fetching it for
// each digest nearly doubles the cost). Not thread-safe: one for each thread.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  // digest of the concatenation of `parts`. Ends the process where libcrypto cannot compute it.
  Digest digest(std::initializer_list<BytesView> parts);
  Digest digest(BytesView bytes) { return digest({bytes}); }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace guard
