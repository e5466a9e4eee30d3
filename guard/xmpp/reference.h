// References: the entities and code points that a peer may name.
#pragma once

#include <cstddef>
#include <string_view>

namespace guard::xmpp {

// The longest references that name a code point without idle digits, "&#x10FFFF;" and
// "&#1114111;", have 10 octets; a longer one hides something.
inline constexpr std::size_t kReferenceCeiling = 10;

// is_predefined says whether what stands between "&" and ";" is one of the five entities of XML.
[[nodiscard]] bool is_predefined(std::string_view entity);

// names_allowed says whether what stands between "&#" and ";" names a character XML allows.
// REQUIRES: a reference within kReferenceCeiling.
[[nodiscard]] bool names_allowed(std::string_view digits);

}  // namespace guard::xmpp
