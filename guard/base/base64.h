// Base64 (RFC 4648 section 4), read strictly: a spelling that could carry hidden bits is refused.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "guard/base/bytes.h"

namespace guard {

// Base64Error says where the text stops being canonical base64, and why.
struct Base64Error {
  std::size_t offset;       // of the first character at fault, in characters from 0
  std::string_view reason;  // a literal
};

// to_base64 writes the canonical, padded form without white space.
[[nodiscard]] std::string to_base64(BytesView bytes);

// from_base64 accepts exactly what to_base64 writes: no white space, padding present, the unused
// low bits of the last character zero. Callers collapse white space first where the standard
// allows it (SPEC: L4).
[[nodiscard]] std::expected<Bytes, Base64Error> from_base64(std::string_view text);

}  // namespace guard
