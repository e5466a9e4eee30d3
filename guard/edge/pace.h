// Pace: which peers have sent as fast as the policy lets them, and have to wait. Pure: the time is
// the caller's.
//
// Why they wait and are not refused: a sender that is not read is held back by TCP. It loses
// nothing, order stays, and neither the log nor the way back fills with refusals that a fast sender
// could cause at will (a refusal costs a record, and an answer). All streams of a peer share its
// buckets, one for stanzas and one for octets: more streams are no more rate. No other peer's
// streams are touched.
#pragma once

#include <map>
#include <optional>
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
  [[nodiscard]] bool take(PeerIndex peer, std::size_t octets, Moment now);
  // waits says whether a peer has to.
  [[nodiscard]] bool waits(PeerIndex peer) const;

  // release gives the peers that have waited long enough: they wait no more.
  [[nodiscard]] std::vector<PeerIndex> release(Moment now);
  // anybody_waits says whether release has to be asked again.
  [[nodiscard]] bool anybody_waits() const { return waiting_ > 0; }

 private:
  struct Bucket {
    wire::Rate rate;
    std::optional<TokenBucket> tokens;  // nothing: there is no rate
  };
  struct Peer {
    Bucket stanzas;
    Bucket octets;
    bool waits = false;
  };
  [[nodiscard]] static Bucket next(const wire::Rate& rate, const Bucket* before, Moment now);
  [[nodiscard]] static bool open(const Peer& peer, Moment now);

  std::map<PeerIndex, Peer> peers_;  // those that have a rate
  std::size_t waiting_ = 0;
};

}  // namespace guard::edge
