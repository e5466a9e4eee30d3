// Domain: the domain part of an address, in its normal form (RFC 7622 section 3.2).
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace guard::xmpp {

inline constexpr std::size_t kJidPartCeiling = 1'023;  // octets of each part (SPEC: RFC 7622 3.1)

// DomainFault says why a text is no domain.
enum class DomainFault : std::uint8_t {
  kEmpty,
  kTooLong,      // more than 1,023 octets; for a host name more than 63 in a label, 255 in all
  kTrailingDot,  // RFC 7622 3.2 strips it; the guard refuses it (SPEC: S28)
  kForbidden,    // a character or label that a host name cannot have, bad UTF-8 included
  kUnlike,       // IDNA 2003 (stringprep) and IDNA 2008 read it differently
};

[[nodiscard]] std::string_view to_string(DomainFault fault);

// normal_domain gives the normal form in which domains are compared, looked up and written: host
// names in lower case with U-labels in NFC, IPv4 literals as they are, IPv6 literals in brackets
// as they are. A-labels become U-labels. Plain ASCII host names take a path without ICU.
[[nodiscard]] std::expected<std::string, DomainFault> normal_domain(std::string_view text);

// ascii_domain gives the form that certificates and SNI use: every U-label of a normal domain as
// an A-label. REQUIRES nothing; gives kForbidden where IDNA 2008 has no such form.
[[nodiscard]] std::expected<std::string, DomainFault> ascii_domain(std::string_view normal);

// ascii_or_empty gives the same, and nothing where there is no such form.
[[nodiscard]] std::string ascii_or_empty(std::string_view normal);

}  // namespace guard::xmpp
