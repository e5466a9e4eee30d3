// CertificateFacts: what the TLS adapter read from the peer's certificate, and whether that names
// a domain (RFC 6125, RFC 9525, RFC 6120 section 13.7.1.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guard/base/sha256.h"

namespace guard::xmpp {

// CertificateFault: why a certificate proves nothing.
enum class CertificateFault : std::uint8_t {
  kMissing,           // none was shown
  kExpired,           // it, or one above it
  kNotYetValid,       // likewise
  kUnknownAuthority,  // leads up to none that is trusted
  kRevoked,           // by a list of its authority
  kListMissing,       // revocation counts, and an authority in the chain has no list
  kListStale,         // revocation counts, and the list is too old
  kWeak,              // key or signature under 112 bits: RSA below 2048, SHA-1
  kUsage,             // not for this role (extended key usage)
  kNameConstraint,    // an authority was not allowed that name
  kName,              // names another domain
  kWildcard,          // names it by a wildcard only, which the policy does not accept
  kChain,             // anything else: a bad signature, an unknown critical extension, ...
};

[[nodiscard]] std::string_view to_string(CertificateFault fault);

// CertificateFacts is filled by the TLS adapter; names are as they stand in the certificate. The
// common name is not among them: it never proves anything.
struct CertificateFacts {
  bool presented = false;
  // Up to an authority that counts for this peer, in time, not revoked, with the right extended key
  // usage. Whoever fills this in has asked all of that.
  bool chain_valid = false;
  CertificateFault chain_fault = CertificateFault::kMissing;  // where the chain is not valid
  std::vector<std::string> dns_names{};                       // dNSName
  std::vector<std::string> srv_names{};   // otherName id-on-dnsSRV, e.g. "_xmpp-server.example.org"
  std::vector<std::string> xmpp_addrs{};  // otherName id-on-xmppAddr
  std::optional<Digest> key_sha256{};     // SHA-256 of the SubjectPublicKeyInfo
};

// names_domain says whether the certificate names `domain`, which is in normal form: a dNSName
// equal to its A-label form, an SRVName _xmpp-server.<that>, or an xmppAddr that is the bare
// domain. A wildcard counts only where `wildcards` is set, and then only as the whole left-most
// label of a dNSName. It says nothing about the chain.
[[nodiscard]] bool names_domain(const CertificateFacts& facts, std::string_view domain,
                                bool wildcards);

// certificate_fault says why the certificate does not prove `domain`; nullopt where it does.
[[nodiscard]] std::optional<CertificateFault> certificate_fault(const CertificateFacts& facts,
                                                                std::string_view domain,
                                                                bool wildcards);

}  // namespace guard::xmpp
