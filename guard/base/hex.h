// Hex: lower-case hexadecimal, written and strictly read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "guard/base/bytes.h"

namespace guard {

// to_hex writes two lower-case digits for each octet.
[[nodiscard]] std::string to_hex(BytesView bytes);

// from_hex reads pairs of digits of either case; nullopt where there is anything else.
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);

}  // namespace guard
