#include "guard/leaf/far_name.h"

#include <algorithm>
#include <utility>

#include "guard/xmpp/domain.h"

namespace guard::leaf {

std::vector<FarName> far_names(const policy::Policy& policy, const policy::Views& views,
                               Side side) {
  std::vector<FarName> names;
  // By view: whether somebody of the side is in it. Peers of the other side see each other, too.
  std::vector<bool> from_here;
  for (const std::vector<PeerIndex>& seen : views.seen) {
    from_here.push_back(std::any_of(seen.begin(), seen.end(), [&](PeerIndex peer) {
      return policy.peers()[peer].side == side;
    }));
  }
  for (PeerIndex far = 0; far < policy.peers().size(); ++far) {
    const policy::Peer& peer = policy.peers()[far];
    const std::uint32_t view = views.of[far];
    if (peer.side == side || !from_here[view]) continue;
    for (const policy::DomainClaim& claim : peer.domains) {
      std::string ascii = xmpp::ascii_or_empty(claim.domain);
      if (ascii.empty() && claim.match != DomainMatch::kDefault) continue;
      names.push_back({std::move(ascii), claim.match, peer.name, view});
    }
  }
  return names;
}

std::vector<FarName> seen_by(std::vector<FarName> names, const policy::Views& views,
                             PeerIndex peer) {
  std::erase_if(names, [&](const FarName& name) {
    const auto& seen = views.seen[name.view];
    return !std::binary_search(seen.begin(), seen.end(), peer);
  });
  return names;
}

bool seen_alike(const std::vector<FarName>& names) {
  return std::all_of(names.begin(), names.end(), [&names](const FarName& name) {
    return name.view == names.front().view;  // no two views are equal
  });
}

}  // namespace guard::leaf
