// Peer: an XMPP server, or another guard, that this guard talks to, as the policy describes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "guard/base/domain_table.h"
#include "guard/base/sha256.h"
#include "guard/base/side.h"
#include "labels/clearance.h"
#include "policy/peer_limits.h"
#include "policy/peer_policy.h"
#include "policy/period.h"
#include "policy/place.h"

namespace policy {

// LabelIndex is the place of a named label in the policy, from 0.
using LabelIndex = std::uint32_t;

// DomainClaim is one domain behind a peer (guard/base/domain_table.h says how they are looked up).
struct DomainClaim {
  std::string domain;  // normal form (guard/xmpp/domain.h); empty for the default route
  guard::DomainMatch match = guard::DomainMatch::kExact;
  Place place = {};
  // What this domain may send and receive, where that is less than its peer may: narrowest.h.
  std::optional<labels::Clearance> send = {};
  std::optional<labels::Clearance> receive = {};
};

enum class TlsFloor : std::uint8_t { kTls12 = 0, kTls13 };

// Authentication is what a peer must show of itself. The values are those of the configuration
// of the edges.
enum class Authentication : std::uint8_t {
  kExternal = 0,  // a certificate that names its domain
  kDialback,      // dialback over TLS; the certificate does not count
  kEither,        // a certificate where it has a good one, else dialback
};

// Labels is what becomes of the labels of messages that go to a peer.
enum class Labels : std::uint8_t {
  kKeep = 0,   // they leave with the label that they were judged as
  kTranslate,  // … translated into the peer's own policy
  kStrip,      // they leave without: for servers that have no use for labels
};

// StreamUse is how many streams there are with a peer. The values are those of the configuration of
// the edges.
enum class StreamUse : std::uint8_t {
  kOwn = 0,   // each pair of domains has its own, and one for each direction
  kShared,    // pairs share streams where the peer can
  kBothWays,  // … and stanzas go both ways on one (XEP-0288), behind certificates alone
};

// Connection is what the policy demands of a peer's connections. A new one demands most.
struct Connection {
  Authentication authentication = Authentication::kExternal;
  TlsFloor tls = TlsFloor::kTls12;
  std::vector<guard::Digest> pins;     // SHA-256 of SubjectPublicKeyInfo; empty: any valid chain
  bool wildcard_certificates = false;  // accept "*.domain" in its certificate
  bool client_usage_optional = false;  // accept a client certificate with serverAuth only
  bool guard = false;                  // another guard: it counts hops (guard/filter/hops.h)
  bool certificate_clearance = false;  // the clearance in it narrows what the peer may send
  StreamUse streams = StreamUse::kOwn;

  bool operator==(const Connection&) const = default;
};

struct Peer {
  std::string name;
  guard::Side side = guard::Side::kLow;
  std::string description;
  std::string owner;
  std::vector<DomainClaim> domains;
  Connection connection;
  PeerLimits limits;
  // What it may send and what it may receive. Nothing is the nil clearance: it grants nothing.
  std::optional<labels::Clearance> send;
  std::optional<labels::Clearance> receive;
  // Whether what it may receive has been narrowed by the clearances in the certificates of all its
  // pinned keys.
  bool receive_pinned = false;
  // The keys of certificates that its clearances were taken from, each once; pinned or not.
  std::vector<guard::Digest> clearance_keys;
  // The label of its messages that have content and no label; nothing: they are refused.
  std::optional<LabelIndex> default_label;
  Labels labels = Labels::kKeep;
  // Its own security policy: labels under it that come from the peer are translated into the
  // governing one. Nothing: they are refused.
  std::optional<PeerPolicyIndex> label_policy;
  std::optional<Period> active;  // nothing: always
  std::vector<Block> blocked;
  Place place = {};
};

// PeerGroup is a name for several peers of one side.
struct PeerGroup {
  std::string name;
  guard::Side side = guard::Side::kLow;
  std::vector<guard::PeerIndex> peers;  // ascending
  Place place = {};
};

}  // namespace policy
