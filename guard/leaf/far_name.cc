#include "guard/leaf/far_name.h"

#include <algorithm>
#include <utility>

#include "guard/xmpp/domain.h"

namespace guard::leaf {

std::vector<FarName> far_names(const policy::Policy& policy, Side side) {
  std::vector<FarName> names;
  for (PeerIndex far = 0; far < policy.peers().size(); ++far) {
    const policy::Peer& peer = policy.peers()[far];
    if (peer.side == side) continue;
    std::vector<PeerIndex> seen_by;
    for (PeerIndex near = 0; near < policy.peers().size(); ++near) {
      if (policy.peers()[near].side == side && policy.visible(near, far)) seen_by.push_back(near);
    }
    if (seen_by.empty()) continue;
    for (const policy::DomainClaim& claim : peer.domains) {
      std::string ascii = xmpp::ascii_or_empty(claim.domain);
      if (ascii.empty() && claim.match != DomainMatch::kDefault) continue;
      names.push_back({std::move(ascii), claim.match, peer.name, seen_by});
    }
  }
  return names;
}

std::vector<FarName> seen_by(std::vector<FarName> names, PeerIndex peer) {
  std::erase_if(names, [peer](const FarName& name) {
    return !std::binary_search(name.seen_by.begin(), name.seen_by.end(), peer);
  });
  return names;
}

bool seen_alike(const std::vector<FarName>& names) {
  return std::all_of(names.begin(), names.end(), [&names](const FarName& name) {
    return name.seen_by == names.front().seen_by;
  });
}

}  // namespace guard::leaf
