#include "guard/supervisor/peer_numbers.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "guard/base/check.h"

namespace guard::supervisor {
namespace {

using Near = std::map<PeerIndex, const wire::NearPeer*>;

Near near_peers_of(const Plan& plan) {
  Near all;
  for (const wire::EdgeConfiguration& edge : plan.edges) {
    for (const wire::NearPeer& peer : edge.near_peers) all.emplace(peer.index, &peer);
  }
  return all;
}

// Revocation lists come and go by themselves (RevocationWatch).
bool same_trust(const wire::Trust& a, const wire::Trust& b) {
  return a.authorities == b.authorities && a.revocation == b.revocation &&
         a.tolerate_seconds == b.tolerate_seconds;
}

// Whether a stream that the one has let in would be let in by the other, but for its domains.
bool same_connections(const wire::NearPeer& a, const wire::NearPeer& b) {
  return a.addresses == b.addresses && a.authentication == b.authentication && a.tls == b.tls &&
         a.pins == b.pins && a.wildcard_certificates == b.wildcard_certificates &&
         a.client_usage_optional == b.client_usage_optional && a.stanza_bytes == b.stanza_bytes &&
         a.certificate_clearance == b.certificate_clearance &&
         std::ranges::equal(a.trust, b.trust, same_trust);
}

// By place in the policy: the number, or what keeps the peer from having one.
std::expected<std::vector<PeerIndex>, std::string> numbers_of(
    const Plan& in_force, const Plan& next, std::vector<wire::RecordedPeer>& peers) {
  std::map<std::string, PeerIndex> known;
  for (PeerIndex number = 0; number < peers.size(); ++number) {
    // The last of a name is the one in force, if any is.
    known.insert_or_assign(peers[number].name, number);
  }
  const Near before = near_peers_of(in_force);
  const Near after = near_peers_of(next);
  std::vector<PeerIndex> numbers;
  for (PeerIndex place = 0; place < next.recorder.peers.size(); ++place) {
    const wire::RecordedPeer& peer = next.recorder.peers[place];
    const auto found = known.find(peer.name);
    if (found != known.end() && peers[found->second].side != peer.side) {
      return std::unexpected("peer \"" + peer.name + "\" has changed sides");
    }
    const auto old = found == known.end() ? before.end() : before.find(found->second);
    if (old != before.end() && same_connections(*old->second, *after.at(place))) {
      peers[found->second].retired = false;
      numbers.push_back(found->second);
    } else {
      numbers.push_back(static_cast<PeerIndex>(peers.size()));
      peers.push_back({peer.name, peer.side, false});
    }
  }
  return numbers;
}

}  // namespace

std::expected<void, std::string> carry_numbers(const Plan& in_force, Plan& next, std::size_t most) {
  std::vector<wire::RecordedPeer> peers = in_force.recorder.peers;
  for (wire::RecordedPeer& peer : peers) peer.retired = true;
  const auto numbers = numbers_of(in_force, next, peers);
  if (!numbers) return std::unexpected(numbers.error());
  if (peers.size() > most) {
    return std::unexpected("more than " + std::to_string(most) +
                           " peers since guardd was started, earlier ones included");
  }
  const auto renumber = [&](PeerIndex& place) { place = numbers->at(place); };
  for (wire::EdgeConfiguration& edge : next.edges) {
    for (wire::NearPeer& near : edge.near_peers) renumber(near.index);
    for (wire::View& view : edge.views) {
      std::ranges::for_each(view.peers, renumber);
      std::ranges::sort(view.peers);
    }
    for (wire::FarPeer& far : edge.far_peers) renumber(far.index);
  }
  for (RevocationSource& source : next.revocations) {
    if (source.peer != wire::kNoPeer) renumber(source.peer);
  }
  for (DatedPeer& dated : next.dates) renumber(dated.peer);
  for (wire::FilterConfiguration& filter : next.filters) filter.peers = *numbers;
  next.recorder.peers = std::move(peers);
  return {};
}

}  // namespace guard::supervisor
