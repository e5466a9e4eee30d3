// A random number, for waits that should not fall together.
#pragma once

#include <cstdint>

namespace guard::edge {

[[nodiscard]] std::uint32_t random_number();

}  // namespace guard::edge
