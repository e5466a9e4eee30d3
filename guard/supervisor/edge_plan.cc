#include "guard/supervisor/edge_plan.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "guard/supervisor/certificate_checks.h"
#include "guard/supervisor/credentials.h"
#include "guard/supervisor/file_text.h"
#include "guard/supervisor/revocation.h"
#include "policy/views.h"

namespace guard::supervisor {
namespace {

constexpr std::size_t kMaxText = 16U << 20;
constexpr std::size_t kMaxSecret = 4096;
constexpr std::size_t kMinSecret = 16;

using Errors = std::vector<FileError>;

wire::Rate to_wire(const std::optional<policy::Rate>& rate) {
  if (!rate) return {};
  return {.per_second = rate->per_second, .burst = rate->burst};
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

wire::StreamUse to_wire(policy::StreamUse streams) {
  switch (streams) {
    case policy::StreamUse::kOwn:
      return wire::StreamUse::kOwn;
    case policy::StreamUse::kShared:
      return wire::StreamUse::kShared;
    case policy::StreamUse::kBothWays:
      return wire::StreamUse::kBothWays;
  }
  return wire::StreamUse::kOwn;
}

std::vector<wire::DomainClaim> to_wire(const std::vector<policy::DomainClaim>& claims) {
  std::vector<wire::DomainClaim> result;
  for (const policy::DomainClaim& claim : claims) result.push_back({claim.domain, claim.match});
  return result;
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
  near.guard = peer.connection.guard;
  near.streams = to_wire(peer.connection.streams);
  near.stanza_bytes = peer.limits.stanza_bytes.value_or(0);
  near.stanza_rate = to_wire(peer.limits.stanzas);
  near.octet_rate = to_wire(peer.limits.octets);
  if (const auto found = site.peers.find(peer.name); found != site.peers.end()) {
    near.addresses = found->second.addresses;
    if (found->second.trust) {
      near.trust = {read_trust(*found->second.trust, found->second.revocation, errors)};
    }
  }
  return near;
}

// Each edge is told what its own peers see, each view once.
void give_views(const policy::Policy& policy, EdgePlans& plan) {
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

}  // namespace

EdgePlans plan_edges(const Site& site, const policy::Policy& policy, UtcTime now,
                     std::vector<FileError>& errors) {
  EdgePlans plan;
  std::array<std::vector<Credential>, 2> credentials;
  for (const Side side : {Side::kHigh, Side::kLow}) {
    const auto at = static_cast<std::size_t>(side);
    wire::EdgeConfiguration& edge = plan.edges[at];
    edge.side = side;
    edge.within = policy.uses(lane_between(side, side));
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
  return plan;
}

}  // namespace guard::supervisor
