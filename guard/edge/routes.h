// Routes: who is behind which domain, and who may see whom, as the edge's configuration says.
// It answers the stream machines' questions. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "guard/base/domain_table.h"
#include "guard/wire/configuration.h"
#include "guard/wire/control_messages.h"
#include "guard/xmpp/peer_lookup.h"

namespace guard::edge {

class Routes final : public xmpp::PeerLookup {
 public:
  // Opened answers PeerLookup::opened: the streams that this edge has opened are another's affair.
  using Opened = std::function<bool(std::string_view local, std::string_view remote,
                                    std::string_view stream_id)>;

  Routes(const wire::EdgeConfiguration& configuration, Opened opened);

  // update goes over to another policy. Peers of this side that it does not have stay known by
  // their number, for streams that are still open, and have no domain and see none.
  void update(const wire::EdgeConfiguration& configuration);

  // INVARIANT(SIDE_BOUND): a domain that the other side claims belongs to no peer of this side,
  // whatever this side's default route or a shorter claim says; so every domain has one peer at
  // most, as policy::Policy::peer_of has it.
  [[nodiscard]] std::optional<xmpp::PeerId> peer_of(std::string_view domain) const override;
  // INVARIANT(INVISIBLE): false for the peer's own domains, for a domain, far or of this side, that
  // the peer has no rule for and for one whose peer is absent now, as for one that does not exist.
  [[nodiscard]] bool represents(xmpp::PeerId peer, std::string_view local) const override;
  // shows says whether any peer of this side may see `local`: whose certificate may be shown to
  // somebody who has not said yet who he is (direct TLS).
  [[nodiscard]] bool shows(std::string_view local) const;
  [[nodiscard]] const xmpp::PeerDemands& demands(xmpp::PeerId peer) const override;
  [[nodiscard]] bool opened(std::string_view local, std::string_view remote,
                            std::string_view stream_id) const override;

  // control sets whom the operator has blocked, and who is absent by the policy's dates. No domain
  // of such a peer of this side is known. Nobody is told of domains of absent peers of the other.
  void control(const wire::Controls& controls);
  [[nodiscard]] bool blocked(PeerIndex peer) const;

  // near gives the configuration of a peer of this side; nullptr for any other index.
  [[nodiscard]] const wire::NearPeer* near(PeerIndex peer) const;

  // lane_of says where a stanza of that peer is bound for: within the side, where the policy has
  // rules for that and another peer of it claims `domain` by name, more exactly than anyone of the
  // other side; else across. REQUIRES: the peer is of this side.
  [[nodiscard]] Lane lane_of(PeerIndex peer, const std::optional<std::string>& domain) const;
  // within says whether the policy has rules for what stays on this side.
  [[nodiscard]] bool within() const { return within_; }

  // may_carry says whether `remote` is that peer's domain and `local` one that it may see.
  [[nodiscard]] bool may_carry(PeerIndex peer, std::string_view local,
                               std::string_view remote) const;
  // may_deliver is may_carry, also where the peer of `local` is absent: what the recorder still
  // releases then is the guard's own answer to what was sent before.
  [[nodiscard]] bool may_deliver(PeerIndex peer, std::string_view local,
                                 std::string_view remote) const;

 private:
  void add(const wire::DomainClaim& claim, PeerIndex peer, std::optional<PeerIndex>& default_route);
  // other_peer_of gives whose a domain is, unless it is that peer's own.
  [[nodiscard]] std::optional<PeerIndex> other_peer_of(PeerIndex peer,
                                                       std::string_view domain) const;
  // seen_peer_of gives the peer of `local`, where that peer may see it.
  [[nodiscard]] std::optional<PeerIndex> seen_peer_of(PeerIndex peer, std::string_view local) const;
  [[nodiscard]] bool absent(PeerIndex peer) const;

  struct Near {
    wire::NearPeer peer;
    xmpp::PeerDemands demands;
  };

  std::map<PeerIndex, Near> near_;
  std::vector<wire::View> views_;
  DomainTable claims_;  // of both sides, by name
  Side side_ = Side::kHigh;
  bool within_ = false;
  std::optional<PeerIndex> near_default_;
  std::optional<PeerIndex> far_default_;
  Opened opened_;
  std::vector<PeerIndex> blocked_;  // ascending
  std::vector<PeerIndex> absent_;   // ascending
};

}  // namespace guard::edge
