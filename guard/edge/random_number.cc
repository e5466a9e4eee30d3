#include "guard/edge/random_number.h"

#include <openssl/rand.h>

#include "guard/base/check.h"

namespace guard::edge {

std::uint32_t random_number() {
  std::uint32_t number = 0;
  CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof number) == 1);
  return number;
}

}  // namespace guard::edge
