// CanonicalValue: the one spelling of a value of each kind.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "guard/filter/vocabulary.h"

namespace guard::filter {

// ValueVerdict: whether a value could be written.
enum class ValueVerdict : std::uint8_t { kWritten, kBadValue, kBadAddress, kUnlisted };

// append_canonical appends the canonical spelling of `value`, not yet escaped. `out` is as it was
// where the value has none. `words` are those of kWord and kFeature. REQUIRES: the kind is not
// kDropped.
[[nodiscard]] ValueVerdict append_canonical(std::string& out, std::string_view value,
                                            ValueKind kind,
                                            std::span<const std::string_view> words = {});

// belongs_to says whether `domain` is `other` or one of the domains above it; both in normal form.
[[nodiscard]] bool belongs_to(std::string_view domain, std::string_view other);

// is_opaque says whether an identifier of a peer's may cross: 1 to kMaxOpaque octets of printable
// ASCII (U+0021 to U+007E).
[[nodiscard]] bool is_opaque(std::string_view value);

}  // namespace guard::filter
