#include "guard/leaf/far_name.h"

#include <algorithm>
#include <map>
#include <utility>

#include "guard/xmpp/domain.h"

namespace guard::leaf {

policy::Views viewers_on(const policy::Policy& policy, Side side) {
  const policy::Views all = policy::views_of(policy);
  policy::Views viewers;
  std::map<std::vector<PeerIndex>, std::uint32_t> known;
  std::vector<std::uint32_t> places;  // by the place in `all`
  for (std::vector<PeerIndex> seen : all.seen) {
    std::erase_if(seen, [&](PeerIndex peer) { return policy.peers()[peer].side != side; });
    const auto [at, is_new] = known.emplace(seen, static_cast<std::uint32_t>(viewers.seen.size()));
    if (is_new) viewers.seen.push_back(std::move(seen));
    places.push_back(at->second);
  }
  for (const std::uint32_t view : all.of) viewers.of.push_back(places[view]);
  return viewers;
}

std::vector<FarName> far_names(const policy::Policy& policy, const policy::Views& viewers,
                               Side side) {
  std::vector<FarName> names;
  for (PeerIndex far = 0; far < policy.peers().size(); ++far) {
    const policy::Peer& peer = policy.peers()[far];
    const std::uint32_t view = viewers.of[far];
    if (viewers.seen[view].empty()) continue;
    for (const policy::DomainClaim& claim : peer.domains) {
      // A default route is no way within a side.
      if (peer.side == side && claim.match == DomainMatch::kDefault) continue;
      std::string ascii = xmpp::ascii_or_empty(claim.domain);
      if (ascii.empty() && claim.match != DomainMatch::kDefault) continue;
      names.push_back({std::move(ascii), claim.match, peer.name, view});
    }
  }
  return names;
}

std::vector<FarName> seen_by(std::vector<FarName> names, const policy::Policy& policy,
                             const policy::Views& viewers, PeerIndex peer) {
  std::erase_if(names, [&](const FarName& name) {
    const auto& seen = viewers.seen[name.view];
    return (peer < policy.peers().size() && name.peer == policy.peers()[peer].name) ||
           !std::binary_search(seen.begin(), seen.end(), peer);
  });
  return names;
}

bool seen_alike(const std::vector<FarName>& names) {
  return std::all_of(names.begin(), names.end(), [&names](const FarName& name) {
    return name.view == names.front().view;  // no two views are equal
  });
}

}  // namespace guard::leaf
