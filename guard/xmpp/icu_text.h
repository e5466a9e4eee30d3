// What the address code asks of ICU, in UTF-8. The one place that includes ICU's headers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace guard::xmpp {

// The three stringprep profiles of XMPP addresses (SPEC: RFC 6122, RFC 3491).
enum class StringprepProfile { kNameprep, kNodeprep, kResourceprep };

// stringprep applies a profile to valid UTF-8; code points that Unicode 3.2 did not assign are
// refused. nullopt where the profile prohibits something.
[[nodiscard]] std::optional<std::string> stringprep(StringprepProfile profile,
                                                    std::string_view text);

// precis_username and precis_opaque approximate the PRECIS profiles UsernameCaseMapped and
// OpaqueString (SPEC: RFC 8265 3.3, 4.2) for valid UTF-8: mapping, NFC, and the string class by
// general category. The contextual rules are not consulted: what they would judge is refused.
[[nodiscard]] std::optional<std::string> precis_username(std::string_view text);
[[nodiscard]] std::optional<std::string> precis_opaque(std::string_view text);

// idna_unicode and idna_ascii apply IDNA 2008 by way of UTS 46, non-transitional, with the rules
// for bidirectional text, joiners and STD 3 names, to valid UTF-8. nullopt where a rule is broken.
[[nodiscard]] std::optional<std::string> idna_unicode(std::string_view domain);
[[nodiscard]] std::optional<std::string> idna_ascii(std::string_view domain);

}  // namespace guard::xmpp
