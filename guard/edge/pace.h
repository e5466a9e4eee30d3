// Pace: which peers have sent as fast as the policy lets them, and have to wait. Pure: the time is
// the caller's.
//
// Why they wait and are not refused: a sender that is not read is held back by TCP. It loses
// nothing, order stays, and neither the log nor the way back fills with refusals that a fast sender
// could cause at will (a refusal costs a record, and an answer). All streams of a peer share one
// bucket: more streams are no more rate. No other peer's streams are touched.
#pragma once

#include <map>
#include <vector>

#include "guard/base/domain_table.h"
#include "guard/edge/token_bucket.h"
#include "guard/wire/configuration.h"

namespace guard::edge {

class Pace {
 public:
  using Moment = TokenBucket::Moment;

  // update takes the rates of a configuration. A peer whose rate is the same keeps its debt; one
  // that has none any more, or is not there, waits no longer.
  void update(const std::vector<wire::NearPeer>& peers, Moment now);

  // take is one stanza of that peer. True where the peer has to wait from now on.
  [[nodiscard]] bool take(PeerIndex peer, Moment now);
  // waits says whether a peer has to.
  [[nodiscard]] bool waits(PeerIndex peer) const;

  // release gives the peers that have waited long enough: they wait no more.
  [[nodiscard]] std::vector<PeerIndex> release(Moment now);
  // anybody_waits says whether release has to be asked again.
  [[nodiscard]] bool anybody_waits() const { return waiting_ > 0; }

 private:
  struct Peer {
    TokenBucket bucket;
    bool waits = false;
  };
  std::map<PeerIndex, Peer> peers_;  // those that have a rate
  std::size_t waiting_ = 0;
};

}  // namespace guard::edge
