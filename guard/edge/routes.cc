#include "guard/edge/routes.h"

#include <algorithm>
#include <utility>

#include "guard/base/check.h"

namespace guard::edge {

namespace {

xmpp::AuthDemand demand_of(wire::Authentication authentication) {
  switch (authentication) {
    case wire::Authentication::kExternal:
      return xmpp::AuthDemand::kExternalOnly;
    case wire::Authentication::kDialback:
      return xmpp::AuthDemand::kDialbackOnly;
    case wire::Authentication::kEither:
      return xmpp::AuthDemand::kDialbackAllowed;
  }
  CHECK(false && "the codec lets only the enumerated demands through");
}

xmpp::PeerDemands demands_of(const wire::NearPeer& peer) {
  xmpp::PeerDemands demands;
  demands.auth = demand_of(peer.authentication);
  demands.minimum_tls =
      peer.tls == wire::TlsFloor::kTls13 ? xmpp::TlsVersion::kTls13 : xmpp::TlsVersion::kTls12;
  demands.wildcard_certificates = peer.wildcard_certificates;
  demands.pinned_keys = peer.pins;
  demands.stanza_bytes = peer.stanza_bytes;
  demands.both_ways = peer.streams == wire::StreamUse::kBothWays;
  demands.guard = peer.guard && peer.streams != wire::StreamUse::kOwn;
  return demands;
}

}  // namespace

Routes::Routes(const wire::EdgeConfiguration& configuration, Opened opened)
    : opened_(std::move(opened)) {
  update(configuration);
}

void Routes::update(const wire::EdgeConfiguration& configuration) {
  claims_ = {};
  side_ = configuration.side;
  within_ = configuration.within;
  near_default_.reset();
  far_default_.reset();
  for (auto& [index, known] : near_) {
    known.peer.domains.clear();
    known.peer.view = wire::kNoView;
  }
  views_ = configuration.views;
  for (const wire::NearPeer& peer : configuration.near_peers) {
    // In its old place where it has one: connections hold references.
    near_[peer.index] = {peer, demands_of(peer)};
    for (const wire::DomainClaim& claim : peer.domains) add(claim, peer.index, near_default_);
  }
  for (const wire::FarPeer& peer : configuration.far_peers) {
    for (const wire::DomainClaim& claim : peer.domains) add(claim, peer.index, far_default_);
  }
}

void Routes::add(const wire::DomainClaim& claim, PeerIndex peer,
                 std::optional<PeerIndex>& default_route) {
  // guardd has refused a policy in which two peers claim the same.
  if (claim.match == DomainMatch::kDefault) {
    CHECK(!default_route);
    default_route = peer;
  } else {
    CHECK(claims_.add(claim.domain, claim.match, peer));
  }
}

std::optional<xmpp::PeerId> Routes::peer_of(std::string_view domain) const {
  if (domain.empty()) return std::nullopt;
  std::optional<PeerIndex> claimed = claims_.find(domain);
  if (!claimed) claimed = near_default_;
  if (!claimed || !near_.contains(*claimed) || blocked(*claimed)) return std::nullopt;
  return claimed;
}

void Routes::control(const wire::Controls& controls) {
  blocked_ = controls.blocked;
  absent_.clear();
  for (const wire::AbsentPeer& peer : controls.absent) absent_.push_back(peer.peer);
  std::ranges::sort(blocked_);
  std::ranges::sort(absent_);
}

bool Routes::blocked(PeerIndex peer) const {
  return std::ranges::binary_search(blocked_, peer) || absent(peer);
}

bool Routes::absent(PeerIndex peer) const { return std::ranges::binary_search(absent_, peer); }

// A default route of this side is nobody's way within it.
std::optional<PeerIndex> Routes::other_peer_of(PeerIndex peer, std::string_view domain) const {
  if (domain.empty()) return std::nullopt;
  const auto claimed = claims_.find(domain);
  if (!claimed) return far_default_;
  return claimed == peer || (near_.contains(*claimed) && !within_) ? std::nullopt : claimed;
}

Lane Routes::lane_of(PeerIndex peer, const std::optional<std::string>& domain) const {
  if (!within_ || !domain) return lane_from(side_);
  const auto claimed = claims_.find(*domain);
  const bool stays = claimed && claimed != peer && near_.contains(*claimed);
  return stays ? lane_between(side_, side_) : lane_from(side_);
}

std::optional<PeerIndex> Routes::seen_peer_of(PeerIndex peer, std::string_view local) const {
  const wire::NearPeer* found = near(peer);
  if (found == nullptr || blocked(peer)) return std::nullopt;
  const auto other = other_peer_of(peer, local);
  if (!other || found->view >= views_.size()) return std::nullopt;
  return views_[found->view].sees(*other) ? other : std::nullopt;
}

bool Routes::represents(xmpp::PeerId peer, std::string_view local) const {
  const auto other = seen_peer_of(peer, local);
  return other && !absent(*other);
}

bool Routes::shows(std::string_view local) const {
  return std::any_of(near_.begin(), near_.end(),
                     [&](const auto& entry) { return represents(entry.first, local); });
}

const xmpp::PeerDemands& Routes::demands(xmpp::PeerId peer) const {
  const auto found = near_.find(peer);
  CHECK(found != near_.end());
  return found->second.demands;
}

bool Routes::opened(std::string_view local, std::string_view remote,
                    std::string_view stream_id) const {
  return opened_ && opened_(local, remote, stream_id);
}

const wire::NearPeer* Routes::near(PeerIndex peer) const {
  const auto found = near_.find(peer);
  return found == near_.end() ? nullptr : &found->second.peer;
}

bool Routes::may_carry(PeerIndex peer, std::string_view local, std::string_view remote) const {
  return peer_of(remote) == peer && represents(peer, local);
}

bool Routes::may_deliver(PeerIndex peer, std::string_view local, std::string_view remote) const {
  return peer_of(remote) == peer && seen_peer_of(peer, local).has_value();
}

}  // namespace guard::edge
