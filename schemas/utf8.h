// UTF-8 written from the UTF-16 that Xerces hands out.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace schemas {

// kMaxUtf8PerUnit is the most octets that one UTF-16 code unit becomes.
constexpr std::size_t kMaxUtf8PerUnit = 3;

// to_utf8 writes `text` at `out`, which has room for kMaxUtf8PerUnit octets for each unit, and
// returns how many octets it wrote. nullopt where the text holds a lone surrogate or one of the 66
// noncharacters (U+FDD0..U+FDEF, U+xxFFFE, U+xxFFFF), which every scanner of Xerces lets through
// (SPEC: Unicode 15 section 23.7; XML 1.0 section 2.2 discourages them).
[[nodiscard]] std::optional<std::size_t> to_utf8(std::span<const char16_t> text, char* out);

// to_utf8_lossy is for messages only: what to_utf8 refuses becomes U+FFFD.
[[nodiscard]] std::string to_utf8_lossy(std::span<const char16_t> text);

}  // namespace schemas
