#include "guard/supervisor/plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "guard/base/escape.h"
#include "guard/base/hex.h"
#include "guard/supervisor/certificate_checks.h"
#include "guard/supervisor/credentials.h"
#include "guard/supervisor/file_text.h"
#include "guard/supervisor/loop_checks.h"
#include "guard/supervisor/policy_file.h"
#include "guard/wire/codec.h"
#include "policy/views.h"

namespace guard::supervisor {
namespace {

constexpr std::size_t kMaxText = 16U << 20;
constexpr std::size_t kMaxSecret = 4096;
constexpr std::size_t kMaxSigners = 64U << 10;
constexpr std::size_t kMinSecret = 16;

using Errors = std::vector<FileError>;

wire::ContentOf to_wire(policy::ContentOf content) {
  switch (content) {
    case policy::ContentOf::kNone:
      break;
    case policy::ContentOf::kRefused:
      return wire::ContentOf::kRefused;
    case policy::ContentOf::kAll:
      return wire::ContentOf::kAll;
  }
  return wire::ContentOf::kNone;
}

wire::Limits to_wire(const policy::Limits& limits) {
  return {.stanza_bytes = limits.stanza_bytes,
          .unauthenticated_bytes = limits.unauthenticated_bytes,
          .depth = limits.depth,
          .attributes = limits.attributes,
          .namespaces = limits.namespaces,
          .elements = limits.elements,
          .streams = limits.streams,
          .connections_per_address = limits.connections_per_address,
          .handshake_seconds = limits.handshake_seconds,
          .idle_seconds = limits.idle_seconds,
          .ping_seconds = limits.ping_seconds,
          .queue_stanzas = limits.queue_stanzas,
          .queue_bytes = limits.queue_bytes,
          .queue_seconds = limits.queue_seconds};
}

wire::TlsFloor to_wire(policy::TlsFloor floor) {
  switch (floor) {
    case policy::TlsFloor::kTls12:
      return wire::TlsFloor::kTls12;
    case policy::TlsFloor::kTls13:
      return wire::TlsFloor::kTls13;
  }
  return wire::TlsFloor::kTls13;
}

wire::Authentication to_wire(policy::Authentication authentication) {
  switch (authentication) {
    case policy::Authentication::kExternal:
      return wire::Authentication::kExternal;
    case policy::Authentication::kDialback:
      return wire::Authentication::kDialback;
    case policy::Authentication::kEither:
      return wire::Authentication::kEither;
  }
  return wire::Authentication::kExternal;
}

std::vector<wire::DomainClaim> to_wire(const std::vector<policy::DomainClaim>& claims) {
  std::vector<wire::DomainClaim> result;
  for (const policy::DomainClaim& claim : claims) result.push_back({claim.domain, claim.match});
  return result;
}

// INVARIANT(NO_OTHER_PATH): an edge that has been taken over must not read the other side's
// numbers: no edge is in the network where they are served.
void check_metrics(const Site& site, Errors& errors) {
  if (!site.metrics || !site.metrics->address) return;
  for (const Side side : {Side::kHigh, Side::kLow}) {
    if (site.edge(side).network_namespace) continue;
    errors.push_back({site.file, site.metrics->place.line, site.metrics->place.column,
                      "metrics are served at an address in the network of the edge of side " +
                          std::string(to_string(side)),
                      "expected listen=\"unix:PATH\", or a network namespace for each edge"});
  }
}

// Every peer of the policy has its place in the site file, and nobody else has.
void check_peers(const Site& site, const policy::Policy& policy, Errors& errors) {
  std::set<std::string_view> known;
  for (const policy::Peer& peer : policy.peers()) known.insert(peer.name);
  for (const auto& [name, peer] : site.peers) {
    if (known.contains(name)) continue;
    errors.push_back({site.file, peer.place.line, peer.place.column,
                      "peer \"" + name + "\" is not in the policy",
                      "expected a peer that " + site.policy.string() + " names"});
  }
  for (const policy::Peer& peer : policy.peers()) {
    if (site.peers.contains(peer.name)) continue;
    errors.push_back({site.file, 0, 0, "the policy's peer \"" + peer.name + "\" has no place here",
                      "expected <peer name=\"" + peer.name + "\"> (empty: it only calls us)"});
  }
}

// What is wrong with the certificates of one edge, the other's trust included.
void check_certificates(const EdgeSite& place, const std::vector<Credential>& credentials,
                        const wire::EdgeConfiguration& edge,
                        const wire::EdgeConfiguration& other_edge, Errors& errors) {
  if (credentials.empty()) return;  // said already
  for (const std::string& name : uncovered(edge, credentials)) {
    errors.push_back({place.certificates.string(), 0, 0, "no certificate names " + name,
                      "expected a *.pem file whose certificate has that dNSName"});
  }
  const FarNames names(edge);
  for (const Credential& credential : credentials) {
    for (auto& error : names_apart(credential, names)) errors.push_back(std::move(error));
    for (auto& error : trusted_across(credential, other_edge)) errors.push_back(std::move(error));
  }
}

// read_trust reads authorities and the lists of what they have revoked.
wire::Trust read_trust(const std::filesystem::path& file,
                       const std::optional<RevocationSite>& revocation, Errors& errors) {
  wire::Trust trust;
  auto text = read_file(file, kMaxText);
  if (!text) {
    errors.push_back(text.error());
  } else if (const auto checked = check_trust(file, *text); !checked) {
    errors.push_back(checked.error());
  } else {
    trust.authorities = std::move(*text);
  }
  if (!revocation) return trust;
  trust.revocation = true;
  trust.tolerate_seconds = revocation->tolerate_seconds;
  for (const auto& list_file : revocation->files) {
    auto lists = read_lists(list_file);
    if (!lists) {
      errors.push_back(lists.error());
      continue;
    }
    for (RevocationList& list : *lists) trust.lists.push_back(std::move(list.der));
  }
  return trust;
}

// Its view is set by give_views.
wire::NearPeer near_peer(const policy::Policy& policy, PeerIndex index, const Site& site,
                         Errors& errors) {
  const policy::Peer& peer = policy.peers()[index];
  wire::NearPeer near;
  near.index = index;
  near.name = peer.name;
  near.domains = to_wire(peer.domains);
  near.authentication = to_wire(peer.connection.authentication);
  near.tls = to_wire(peer.connection.tls);
  near.pins = peer.connection.pins;
  near.wildcard_certificates = peer.connection.wildcard_certificates;
  near.client_usage_optional = peer.connection.client_usage_optional;
  near.certificate_clearance = peer.connection.certificate_clearance;
  near.stanza_bytes = peer.limits.stanza_bytes.value_or(0);
  if (peer.limits.rate) {
    near.stanzas_per_second = peer.limits.rate->per_second;
    near.burst = peer.limits.rate->burst;
  }
  if (const auto found = site.peers.find(peer.name); found != site.peers.end()) {
    near.addresses = found->second.addresses;
    if (found->second.trust) {
      near.trust = {read_trust(*found->second.trust, found->second.revocation, errors)};
    }
  }
  return near;
}

// Each edge is told what its own peers see, each view once.
void give_views(const policy::Policy& policy, Plan& plan) {
  const policy::Views views = policy::views_of(policy);
  for (wire::EdgeConfiguration& edge : plan.edges) {
    std::map<std::uint32_t, std::uint32_t> places;
    for (wire::NearPeer& near : edge.near_peers) {
      const std::uint32_t view = views.of[near.index];
      const auto known = places.find(view);
      near.view = known != places.end()
                      ? known->second
                      : places.emplace(view, edge.add_view(views.seen[view])).first->second;
    }
  }
}

// Everything that an edge is told travels in one frame.
void check_list_sizes(const Site& site, const wire::EdgeConfiguration& edge, Errors& errors) {
  std::size_t octets = 0;
  const auto count = [&octets](const wire::Trust& trust) {
    for (const std::string& list : trust.lists) octets += list.size();
  };
  count(edge.trust);
  for (const wire::NearPeer& peer : edge.near_peers) {
    std::for_each(peer.trust.begin(), peer.trust.end(), count);
  }
  if (octets <= kMaxLists) return;
  errors.push_back({site.file, 0, 0,
                    "the revocation lists of side " + std::string(to_string(edge.side)) + " have " +
                        std::to_string(octets) + " octets",
                    "expected at most " + std::to_string(kMaxLists)});
}

// The key that vouches for the keys of the audit log; empty where the site has none.
std::string log_key_of(const Site& site, Errors& errors) {
  if (!site.log_key) return {};
  auto key = read_file(*site.log_key, kMaxSecret);
  if (!key) {
    errors.push_back(key.error());
    return {};
  }
  if (const auto checked = check_log_key(*site.log_key, *key); !checked) {
    errors.push_back(checked.error());
  }
  return std::move(*key);
}

// The certificates of those who may have old segments of the audit log pruned.
std::string prune_signers_of(const Site& site, Errors& errors) {
  if (!site.prune_signers) return {};
  auto list = read_file(*site.prune_signers, kMaxSigners);
  if (!list) {
    errors.push_back(list.error());
    return {};
  }
  if (const auto checked = check_signers(*site.prune_signers, *list, site.prune_require);
      !checked) {
    errors.push_back(checked.error());
  }
  return std::move(*list);
}

// Who has signed the policy, where the site file wants to know.
std::vector<std::string> signers_of(const Site& site, const policy::Policy& policy,
                                    Errors& errors) {
  if (!site.policy_trust) return {};
  auto signers = policy_signers(site.policy, policy.digest(), *site.policy_trust);
  if (signers) return std::move(*signers);
  errors.push_back(signers.error());
  return {};
}

// The files of one edge: certificates, trust, secret.
std::vector<Credential> load_files(const EdgeSite& place, UtcTime now,
                                   wire::EdgeConfiguration& edge, Errors& errors) {
  if (place.network_namespace && !std::filesystem::exists(*place.network_namespace)) {
    errors.push_back({place.network_namespace->string(), 0, 0, "does not exist",
                      "expected a network namespace, such as ip netns makes"});
  }
  edge.trust = read_trust(place.trust, place.revocation, errors);
  auto secret = read_file(place.dialback_secret, kMaxSecret);
  if (!secret) {
    errors.push_back(secret.error());
  } else if (secret->size() < kMinSecret) {
    errors.push_back({place.dialback_secret.string(), 0, 0,
                      "has " + std::to_string(secret->size()) + " octets",
                      "expected at least " + std::to_string(kMinSecret) + " random ones"});
  } else {
    edge.dialback_secret = std::move(*secret);
  }
  auto credentials = load_credentials(place.certificates, now);
  if (!credentials) {
    errors.push_back(credentials.error());
    return {};
  }
  for (const Credential& credential : *credentials) edge.certificates.push_back(credential.pem);
  return std::move(*credentials);
}

// The files that are looked at again, and what is wrong with their age now.
std::vector<RevocationSource> revocation_sources(const Site& site, const policy::Policy& policy) {
  std::vector<RevocationSource> sources;
  const auto add = [&sources](Side side, PeerIndex peer,
                              const std::optional<RevocationSite>& revocation) {
    if (revocation)
      sources.push_back({side, peer, revocation->files, revocation->tolerate_seconds});
  };
  for (const Side side : {Side::kHigh, Side::kLow}) {
    add(side, wire::kNoPeer, site.edge(side).revocation);
  }
  for (PeerIndex index = 0; index < policy.peers().size(); ++index) {
    const auto found = site.peers.find(policy.peers()[index].name);
    if (found != site.peers.end()) add(policy.peers()[index].side, index, found->second.revocation);
  }
  return sources;
}

std::string warnings_of(const std::vector<RevocationSource>& sources, UtcTime now) {
  std::string text;
  for (const auto& note : RevocationWatch(sources).look(now).notes) {
    text += "warning: " + note.event + " " + note.detail + "\n";
  }
  return text;
}

std::string summary_of(const Site& site, const policy::Policy& policy, const Plan& plan) {
  std::string signed_by;
  for (const std::string& signer : plan.signers)
    signed_by += "signed by " + for_terminal(signer) + "\n";
  return site.file + ": policy \"" + policy.name() + "\" from " + site.policy.string() + ", " +
         std::to_string(policy.peers().size()) + " peers\n" + "policy digest        " +
         to_hex(policy.digest()) + "\n" + "configuration digest " +
         to_hex(plan.recorder.configuration_digest) + "\n" + signed_by;
}

// Each process is told what it goes by in one frame.
void check_frames(const Site& site, const Plan& plan, Errors& errors) {
  const auto check = [&](const std::string& file, std::string_view whose, const auto& told) {
    const std::size_t size = wire::encode_configuration(told).size();
    if (size <= wire::kMaxConfiguration) return;
    errors.push_back(
        {file, 0, 0,
         "what " + std::string(whose) + " would be told has " + std::to_string(size) + " octets",
         "expected at most " + std::to_string(wire::kMaxConfiguration)});
  };
  // The lanes differ in nothing that has a size.
  check(site.policy.string(), "a filter (policy, security policies, clearances, officers)",
        plan.filters.front());
  for (const wire::EdgeConfiguration& edge : plan.edges) {
    check(site.file, "the edge of side " + std::string(to_string(edge.side)), edge);
  }
  check(site.file, "the recorder", plan.recorder);
}

}  // namespace

Digest configuration_digest(const Site& site) {
  Sha256 sha256;
  const std::string head = "xmpp-guard configuration 1\n" GUARD_VERSION "\n";
  return sha256.digest({as_bytes(head), as_bytes(site.text)});
}

std::expected<Plan, std::vector<FileError>> make_plan(const Site& site, UtcTime now) {
  auto loaded = load_policy(site, now);
  if (!loaded) return std::unexpected(loaded.error());
  const policy::Policy& policy = loaded->policy;
  Errors errors;
  check_peers(site, policy, errors);
  check_metrics(site, errors);
  for (FileError& loop : loops(site, policy)) errors.push_back(std::move(loop));
  const auto limits = lower(policy.limits(), site);
  if (!limits) errors.push_back(limits.error());

  Plan plan;
  plan.signers = signers_of(site, policy, errors);
  std::vector<Credential> credentials[2];
  for (const Side side : {Side::kHigh, Side::kLow}) {
    const auto at = static_cast<std::size_t>(side);
    wire::EdgeConfiguration& edge = plan.edges[at];
    edge.side = side;
    edge.listen = site.edge(side).listen;
    for (PeerIndex index = 0; index < policy.peers().size(); ++index) {
      const policy::Peer& peer = policy.peers()[index];
      if (peer.side == side) {
        edge.near_peers.push_back(near_peer(policy, index, site, errors));
      } else {
        edge.far_peers.push_back({index, to_wire(peer.domains)});
      }
    }
    credentials[at] = load_files(site.edge(side), now, edge, errors);
  }
  give_views(policy, plan);
  for (const Side side : {Side::kHigh, Side::kLow}) {
    const auto at = static_cast<std::size_t>(side);
    check_certificates(site.edge(side), credentials[at], plan.edges[at], plan.edges[1 - at],
                       errors);
    plan.certificates[at] = {site.edge(side).certificates, std::move(credentials[at])};
  }
  for (const wire::EdgeConfiguration& edge : plan.edges) check_list_sizes(site, edge, errors);
  plan.recorder.log_key = log_key_of(site, errors);
  plan.recorder.prune_signers = prune_signers_of(site, errors);
  plan.recorder.prune_require = site.prune_signers ? site.prune_require : 0;
  if (!errors.empty()) return std::unexpected(std::move(errors));

  for (const Lane lane : {Lane::kHighToLow, Lane::kLowToHigh}) {
    wire::FilterConfiguration& filter = plan.filters[static_cast<std::size_t>(lane)];
    filter.lane = lane;
    filter.policy = loaded->text;
    filter.spifs = loaded->spifs;
    filter.clearances = loaded->clearances;
    filter.officers = loaded->officers;
    for (PeerIndex index = 0; index < policy.peers().size(); ++index) filter.peers.push_back(index);
    filter.limits = to_wire(*limits);
  }
  for (wire::EdgeConfiguration& edge : plan.edges) edge.limits = to_wire(*limits);
  plan.recorder.log = site.log.string();
  for (const policy::Peer& peer : policy.peers()) {
    plan.recorder.peers.push_back({peer.name, peer.side});
  }
  plan.recorder.policy_digest = policy.digest();
  plan.recorder.configuration_digest = configuration_digest(site);
  plan.recorder.limits = to_wire(*limits);
  plan.recorder.content = to_wire(policy.content().kept.of);
  plan.recorder.content_octets = policy.content().kept.octets_per_minute;
  check_frames(site, plan, errors);
  if (!errors.empty()) return std::unexpected(std::move(errors));
  plan.revocations = revocation_sources(site, policy);
  plan.dates = dated_peers(policy.peers());
  plan.summary = summary_of(site, policy, plan) + warnings_of(plan.revocations, now);
  return plan;
}

}  // namespace guard::supervisor
