#include "guard/xmpp/certificate_match.h"

#include <algorithm>

#include "guard/xmpp/domain.h"
#include "guard/xmpp/peer_lookup.h"

namespace guard::xmpp {
namespace {

constexpr std::string_view kSrvPrefix = "_xmpp-server.";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool equal_names(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

// wildcard_names: "*" stands for exactly the left-most label, and what follows it has a dot of
// its own, so that "*.example" names nobody (SPEC: RFC 9525 6.3).
bool wildcard_names(std::string_view pattern, std::string_view domain) {
  if (!pattern.starts_with("*.")) return false;
  const std::string_view parent = pattern.substr(2);
  const std::size_t dot = domain.find('.');
  return dot != std::string_view::npos && dot > 0 && parent.find('.') != std::string_view::npos &&
         equal_names(parent, domain.substr(dot + 1));
}

}  // namespace

bool names_domain(const CertificateFacts& facts, std::string_view domain, bool wildcards) {
  const auto ascii = ascii_domain(domain);
  if (!ascii || ascii->empty()) return false;
  for (const std::string& name : facts.dns_names) {
    if (equal_names(name, *ascii) || (wildcards && wildcard_names(name, *ascii))) return true;
  }
  for (const std::string& name : facts.srv_names) {
    if (equal_names(name, std::string(kSrvPrefix) + *ascii)) return true;
  }
  for (const std::string& address : facts.xmpp_addrs) {
    const auto named = normal_domain(address);  // an address with '@' or '/' is no domain
    if (named && *named == domain) return true;
  }
  return false;
}

std::string_view to_string(CertificateFault fault) {
  switch (fault) {
    case CertificateFault::kMissing:
      return "missing";
    case CertificateFault::kExpired:
      return "expired";
    case CertificateFault::kNotYetValid:
      return "not-yet-valid";
    case CertificateFault::kUnknownAuthority:
      return "unknown-authority";
    case CertificateFault::kRevoked:
      return "revoked";
    case CertificateFault::kListMissing:
      return "crl-missing";
    case CertificateFault::kListStale:
      return "crl-stale";
    case CertificateFault::kWeak:
      return "weak";
    case CertificateFault::kUsage:
      return "usage";
    case CertificateFault::kNameConstraint:
      return "name-constraint";
    case CertificateFault::kName:
      return "name";
    case CertificateFault::kWildcard:
      return "wildcard";
    case CertificateFault::kChain:
      return "chain";
  }
  return "chain";
}

bool meets_floor(const TlsFacts& tls, const PeerDemands& demands) {
  return tls.version >= demands.minimum_tls && has_pinned_key(tls, demands);
}

bool has_pinned_key(const TlsFacts& tls, const PeerDemands& demands) {
  if (demands.pinned_keys.empty()) return true;
  const auto& key = tls.certificate.key_sha256;
  return tls.certificate.presented && key.has_value() &&
         std::ranges::find(demands.pinned_keys, *key) != demands.pinned_keys.end();
}

bool allows_dialback(const PeerDemands& demands) {
  return demands.auth == AuthDemand::kDialbackAllowed || demands.auth == AuthDemand::kDialbackOnly;
}

bool proves_domain(const TlsFacts& tls, const PeerDemands& demands, std::string_view domain) {
  return demands.auth != AuthDemand::kDialbackOnly && meets_floor(tls, demands) &&
         !certificate_fault(tls.certificate, domain, demands.wildcard_certificates);
}

std::optional<CertificateFault> certificate_fault(const CertificateFacts& facts,
                                                  std::string_view domain, bool wildcards) {
  if (!facts.presented) return CertificateFault::kMissing;
  if (!facts.chain_valid) return facts.chain_fault;
  if (names_domain(facts, domain, wildcards)) return std::nullopt;
  return names_domain(facts, domain, true) ? CertificateFault::kWildcard : CertificateFault::kName;
}

}  // namespace guard::xmpp
