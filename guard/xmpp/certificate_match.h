// CertificateFacts: what the TLS adapter read from the peer's certificate, and whether that names
// a domain (RFC 6125, RFC 9525, RFC 6120 section 13.7.1.2).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guard/base/sha256.h"

namespace guard::xmpp {

// CertificateFacts is filled by the TLS adapter; names are as they stand in the certificate. The
// common name is not among them: it never proves anything.
struct CertificateFacts {
  bool presented = false;
  // Up to an authority of this side, in time, with the right extended key usage. Revocation is not
  // looked at.
  bool chain_valid = false;
  std::vector<std::string> dns_names{};   // dNSName
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

}  // namespace guard::xmpp
