// KeyedHash: SipHash-2-4, for tables whose keys a hostile peer chooses.
//
// SPEC: Aumasson, Bernstein: SipHash, a fast short-input PRF. Whoever does not know the key cannot
// choose inputs that fall together.
#pragma once

#include <cstdint>

#include "guard/base/bytes.h"

namespace labels {

// HashKey is 128 random bits; a new one for each table.
struct HashKey {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

// keyed_hash gives 64 bits. Time linear in the octets.
[[nodiscard]] std::uint64_t keyed_hash(const HashKey& key, guard::BytesView octets);

}  // namespace labels
