// CanonicalValue: the one spelling of a value of each kind.
#pragma once

#include <string>
#include <string_view>

#include "guard/filter/vocabulary.h"

namespace guard::filter {

// ValueVerdict: whether a value could be written.
enum class ValueVerdict : std::uint8_t { kWritten, kBadValue, kBadAddress };

// append_canonical appends the canonical spelling of `value`, not yet escaped. `out` is as it was
// where the value has none.
[[nodiscard]] ValueVerdict append_canonical(std::string& out, std::string_view value,
                                            ValueKind kind);

// is_opaque says whether an identifier of a peer's may cross: 1 to kMaxOpaque octets of printable
// ASCII (U+0021 to U+007E).
[[nodiscard]] bool is_opaque(std::string_view value);

}  // namespace guard::filter
