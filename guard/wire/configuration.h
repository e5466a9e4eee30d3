// Configuration: what guardd tells each process when it starts it. All of it is derived from the
// policy and the site file, which guardd has checked; nothing here came from a peer.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "guard/base/domain_table.h"
#include "guard/base/sha256.h"
#include "guard/base/side.h"

namespace guard::wire {

// Limits: the bounds in force (the policy's, lowered by the site file). Bytes, counts, seconds.
struct Limits {
  std::uint32_t stanza_bytes = 262144;
  std::uint32_t unauthenticated_bytes = 8192;
  std::uint32_t depth = 32;
  std::uint32_t attributes = 32;
  std::uint32_t namespaces = 16;
  std::uint32_t elements = 1024;
  std::uint32_t streams = 4096;                // of one side
  std::uint32_t connections_per_address = 64;  // before and after authentication
  std::uint32_t handshake_seconds = 20;        // TCP to authenticated
  std::uint32_t idle_seconds = 300;            // silence before a ping
  std::uint32_t ping_seconds = 60;             // silence after it before the stream is closed
  std::uint32_t queue_stanzas = 10000;         // for each peer
  std::uint32_t queue_bytes = 64U << 20;
  std::uint32_t queue_seconds = 60;
  bool operator==(const Limits&) const = default;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.stanza_bytes, m.unauthenticated_bytes, m.depth, m.attributes, m.namespaces, m.elements,
      m.streams, m.connections_per_address, m.handshake_seconds, m.idle_seconds, m.ping_seconds,
      m.queue_stanzas, m.queue_bytes, m.queue_seconds);
  }
};

// DomainClaim is one domain of a peer (guard/base/domain_table.h says how they are looked up).
struct DomainClaim {
  std::string domain;  // normal form; empty for the default route
  DomainMatch match = DomainMatch::kExact;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.domain, m.match);
  }
};

struct Endpoint {
  std::string address;  // IP literal
  std::uint16_t port = 5269;
  bool direct_tls = false;  // TLS from the first octet on (XEP-0368); else STARTTLS
  bool operator==(const Endpoint&) const = default;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.address, m.port, m.direct_tls);
  }
};

// Trust is what a peer's certificate has to lead up to, and what has been revoked below it.
struct Trust {
  std::string authorities;             // PEM
  bool revocation = false;             // every certificate below an authority needs a list
  std::vector<std::string> lists;      // CRLs, DER
  std::uint32_t tolerate_seconds = 0;  // that a list counts for, past its nextUpdate
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.authorities, m.revocation, m.lists, m.tolerate_seconds);
  }
};

enum class TlsFloor : std::uint8_t { kTls12 = 0, kTls13 };

// What a peer must show of itself.
enum class Authentication : std::uint8_t {
  kExternal = 0,  // a certificate that names its domain
  kDialback,      // dialback over TLS; the certificate does not count
  kEither,        // a certificate where it has a good one, else dialback
};

// How many streams there are with a peer.
enum class StreamUse : std::uint8_t {
  kOwn = 0,   // each pair of domains has its own, and one for each direction
  kShared,    // pairs share streams where the peer can
  kBothWays,  // … and stanzas go both ways on one (XEP-0288), behind certificates alone
};

// kNoView stands where a peer sees nobody.
constexpr std::uint32_t kNoView = 0xffffffff;

// View lists the peers that some near peers may see: those that the policy has a rule for. They are
// of the other side, or of the same; whoever is in his own view does not see himself for that.
struct View {
  std::vector<PeerIndex> peers;  // ascending
  [[nodiscard]] bool sees(PeerIndex peer) const {
    return std::binary_search(peers.begin(), peers.end(), peer);
  }
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.peers);
  }
};

// Rate is how many are read each second, and how many may come at once. Both 0: there is no rate.
struct Rate {
  std::uint32_t per_second = 0;
  std::uint32_t burst = 0;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.per_second, m.burst);
  }
  bool operator==(const Rate&) const = default;
};

// NearPeer is a peer of the edge's own side: one that it has streams with. To others of that side,
// who may see it, the edge speaks for those of its domains that have a name.
struct NearPeer {
  PeerIndex index = 0;
  std::string name;
  std::vector<DomainClaim> domains;
  std::vector<Endpoint> addresses;  // in order of preference; empty: inbound only
  Authentication authentication = Authentication::kExternal;
  TlsFloor tls = TlsFloor::kTls12;
  std::vector<Digest> pins;  // SHA-256 of the SubjectPublicKeyInfo; empty: any valid chain
  bool wildcard_certificates = false;
  bool client_usage_optional = false;  // accept a client certificate with serverAuth only
  bool certificate_clearance = false;  // what its certificate says of it is for the filter
  bool guard = false;                  // another guard, as the policy says
  StreamUse streams = StreamUse::kOwn;
  std::uint32_t stanza_bytes = 0;  // of what it sends, within the limit of all; 0: that one
  Rate stanza_rate;                // of what is read from it, on all its streams
  Rate octet_rate;                 // likewise: of the octets of stanzas
  std::uint32_t view = kNoView;    // what it may see: its place in the edge's views
  std::vector<Trust> trust;        // one: instead of the side's; none: the side's
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.index, m.name, m.domains, m.addresses, m.authentication, m.tls, m.pins,
      m.wildcard_certificates, m.client_usage_optional, m.certificate_clearance, m.guard, m.streams,
      m.stanza_bytes, m.stanza_rate, m.octet_rate, m.view, m.trust);
  }
};

// FarPeer is a peer of the other side: the edge speaks for its domains, nothing else.
struct FarPeer {
  PeerIndex index = 0;
  std::vector<DomainClaim> domains;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.index, m.domains);
  }
};

// Certificate is what the edge shows for the far domains that it names (dNSName).
struct Certificate {
  std::string chain;  // PEM, leaf first
  std::string key;    // PEM, not encrypted
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.chain, m.key);
  }
};

struct EdgeConfiguration {
  Side side = Side::kHigh;
  std::uint64_t epoch = 0;
  std::vector<Endpoint> listen;
  std::vector<NearPeer> near_peers;
  std::vector<View> views;  // each once: in a large federation most peers see the same
  std::vector<FarPeer> far_peers;
  bool within = false;  // the policy has rules for what stays on this side
  std::vector<Certificate> certificates;
  Trust trust;                  // of this side
  std::string dialback_secret;  // of this side; never empty
  Limits limits;

  // sees says whether a near peer may see another one.
  [[nodiscard]] bool sees(const NearPeer& near, PeerIndex other) const {
    return near.view < views.size() && views[near.view].sees(other);
  }
  // add_view gives the place of a new view.
  std::uint32_t add_view(std::vector<PeerIndex> peers) {
    views.push_back({std::move(peers)});
    return static_cast<std::uint32_t>(views.size() - 1);
  }
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.side, m.epoch, m.listen, m.near_peers, m.views, m.far_peers, m.within, m.certificates,
      m.trust, m.dialback_secret, m.limits);
  }
};

// NamedText is a file as guardd read it.
struct NamedText {
  std::string name;
  std::string text;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.name, m.text);
  }
};

// ContentOf says of which stanzas the audit log keeps the content (policy/kept_content.h).
enum class ContentOf : std::uint8_t { kNone = 0, kRefused, kAll };

// FilterConfiguration: the filter judges every lane that begins at `side`.
struct FilterConfiguration {
  Side side = Side::kHigh;
  NamedText policy;
  std::vector<NamedText> spifs;       // named as the policy names them
  std::vector<NamedText> clearances;  // likewise: its clearance files
  std::vector<NamedText> officers;    // likewise: its officers' certificates
  std::vector<PeerIndex> peers;       // the number of each peer, by its place in the policy
  Limits limits;
  bool crash_on_request = false;  // test builds only: a stanza may ask the filter to abort
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.side, m.policy, m.spifs, m.clearances, m.officers, m.peers, m.limits, m.crash_on_request);
  }
};

struct RecordedPeer {
  std::string name;
  Side side = Side::kHigh;
  bool retired = false;  // an earlier policy's: nothing of it or for it crosses any more
  bool operator==(const RecordedPeer&) const = default;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.name, m.side, m.retired);
  }
};

struct RecorderConfiguration {
  std::string log;                  // directory
  std::string log_key;              // PEM: the root key of the log; empty: none. Used once
  std::string prune_signers;        // certificates, PEM: who signs before old segments go
  std::uint64_t prune_require = 0;  // so many of them; 0: nobody has to
  std::vector<RecordedPeer> peers;  // by PeerIndex, retired ones included
  Digest policy_digest{};
  Digest configuration_digest{};
  Limits limits;
  ContentOf content = ContentOf::kNone;  // that comes with judgements, sealed
  std::uint32_t content_octets = 0;      // so much of it for each peer in a minute
  bool fresh = true;                     // false: a recorder has run under this guardd before
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.log, m.log_key, m.prune_signers, m.prune_require, m.peers, m.policy_digest,
      m.configuration_digest, m.limits, m.content, m.content_octets, m.fresh);
  }
};

}  // namespace guard::wire
