// PeerLookup: what the policy says about domains and peers, as the stream machines ask for it.
//
// Domains are in normal form (domain.h). An implementation answers from an immutable snapshot; it
// neither blocks nor throws.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guard/base/sha256.h"
#include "guard/xmpp/certificate_match.h"

namespace guard::xmpp {

enum class TlsVersion : std::uint8_t { kTls12, kTls13 };

// TlsFacts is what the shell knows of a finished handshake.
struct TlsFacts {
  TlsVersion version = TlsVersion::kTls12;
  CertificateFacts certificate{};  // the peer's
};

enum class AuthDemand : std::uint8_t {
  kExternalOnly,     // a certificate that names the domain, in both roles
  kDialbackAllowed,  // a certificate is preferred, dialback will do
  kDialbackOnly,     // dialback; a certificate proves nothing, though TLS and pins are demanded
};

// PeerDemands is what the policy demands of one peer's connections.
struct PeerDemands {
  AuthDemand auth = AuthDemand::kExternalOnly;
  TlsVersion minimum_tls = TlsVersion::kTls12;
  bool wildcard_certificates = false;
  std::vector<Digest> pinned_keys{};  // SHA-256 of SubjectPublicKeyInfo; empty: any key will do
  // The largest stanza that it may send; 0: the limit of all. REQUIRES: not under 10,000 otherwise.
  std::size_t stanza_bytes = 0;
  // Stanzas may go both ways on one stream (SPEC: XEP-0288), where it has proved itself by its
  // certificate.
  bool both_ways = false;
  bool guard = false;  // it acknowledges stanza by stanza, and wants to hear the same
};

// PeerId names a peer of this edge's side; its value means something to the lookup only.
using PeerId = std::uint32_t;

class PeerLookup {
 public:
  virtual ~PeerLookup() = default;

  // peer_of gives the peer of this side that `domain` belongs to; nullopt for a stranger.
  [[nodiscard]] virtual std::optional<PeerId> peer_of(std::string_view domain) const = 0;

  // represents says whether `local` is a domain that the guard speaks for towards that peer. It
  // gives the same answer, false, for domains that do not exist and for those that the peer has
  // no rule for (INVISIBLE).
  [[nodiscard]] virtual bool represents(PeerId peer, std::string_view local) const = 0;

  // demands gives what the policy demands of a peer that peer_of named; the reference lives as
  // long as the lookup.
  [[nodiscard]] virtual const PeerDemands& demands(PeerId peer) const = 0;

  // opened says whether this edge has opened a stream from `local` to `remote` that the remote
  // server gave this id, and which is waiting for its dialback result (SPEC: XEP-0220 2.3; S16).
  [[nodiscard]] virtual bool opened(std::string_view local, std::string_view remote,
                                    std::string_view stream_id) const = 0;

 protected:
  PeerLookup() = default;
  PeerLookup(const PeerLookup&) = default;
  PeerLookup& operator=(const PeerLookup&) = default;
};

// meets_floor says whether a handshake satisfies the demands that hold however the peer
// authenticates: the TLS version and, where keys are pinned, the key.
[[nodiscard]] bool meets_floor(const TlsFacts& tls, const PeerDemands& demands);

// has_pinned_key says whether no keys are pinned for the peer, or it showed one that is.
[[nodiscard]] bool has_pinned_key(const TlsFacts& tls, const PeerDemands& demands);

// allows_dialback says whether the peer may prove itself by dialback.
[[nodiscard]] bool allows_dialback(const PeerDemands& demands);

// proves_domain says whether the handshake proves that the peer is `domain`: meets_floor, a valid
// chain, and a certificate that names the domain (SPEC: S11, S12). Never where the certificate does
// not count (kDialbackOnly).
[[nodiscard]] bool proves_domain(const TlsFacts& tls, const PeerDemands& demands,
                                 std::string_view domain);

}  // namespace guard::xmpp
