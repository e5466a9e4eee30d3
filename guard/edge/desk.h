// Desk: what the connections of one edge share. Everything in it outlives them.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>

#include "guard/edge/address_ladder.h"
#include "guard/edge/delivery_queue.h"
#include "guard/edge/intake.h"
#include "guard/edge/journal.h"
#include "guard/edge/pace.h"
#include "guard/edge/pair_places.h"
#include "guard/edge/routes.h"
#include "guard/edge/trust_book.h"
#include "guard/net/loop.h"
#include "guard/net/tls_context.h"
#include "guard/wire/configuration.h"
#include "guard/xmpp/dialback.h"
#include "guard/xmpp/stream_event.h"

namespace guard::edge {

using Moment = std::chrono::steady_clock::time_point;

struct Desk {
  net::Loop& loop;
  const wire::Limits& limits;
  const Routes& routes;
  const net::TlsContext& tls;
  const TrustBook& trust;
  const xmpp::DialbackSecret& secret;
  Intake& intake;
  Pace& pace;
  Journal& journal;
  DeliveryQueue& deliveries;
  std::map<PeerIndex, AddressLadder>& ladders;  // of all peers that have addresses

  // ask passes a question of an inbound stream on to an outbound one; the answer comes back to the
  // connection of that number, if it is still there.
  std::function<void(std::uint64_t connection, const xmpp::AskAuthoritative&)> ask;
  // hold_back says that a peer has sent as fast as it may.
  std::function<void(PeerIndex)> hold_back;
  // verified brings back what the peer's server said.
  std::function<void(const xmpp::Verified&)> verified;

  // What carriers of pairs tell (PairPlaces): the answer to what was asked; that one of the peer's
  // can carry or be asked now; that one holds nothing any more.
  std::function<void(Carrier&, const PairKey&, bool added)> pair_answered;
  std::function<void(PeerIndex)> carrier_ready;
  std::function<void(Carrier&, PeerIndex)> carrier_lost;
  // yields says whether a stream of ours for the pair is one too many: the peer has opened one at
  // the same time on which the pair can go out, and ours is to be closed.
  std::function<bool(const PairKey&)> yields;

  const Side side;  // the edge's

  std::uint64_t last_stream = 0;  // numbers of streams, in both directions
  // Octets of stanzas that have begun and not ended, by peer.
  std::unordered_map<PeerIndex, std::uint64_t> unfinished = {};
  // Streams on which stanzas go both ways, by peer.
  std::unordered_map<PeerIndex, std::size_t> both_ways = {};
};

[[nodiscard]] inline Moment now_steady() { return std::chrono::steady_clock::now(); }

}  // namespace guard::edge
