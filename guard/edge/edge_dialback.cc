// The part of Edge that joins streams for dialback: who asks about a key, and who is asked.
#include "guard/edge/edge.h"

namespace guard::edge {

namespace {

// Streams that are made for keys alone: strangers ask for them, so they are few.
constexpr std::size_t kVerifyStreamsOfPeer = 8;
constexpr std::size_t kVerifyStreams = 64;

}  // namespace

void Edge::ask(std::uint64_t connection, const xmpp::AskAuthoritative& question) {
  questions_[{question.pair, question.stream_id}] = connection;
  const auto peer = routes_.peer_of(question.pair.remote);
  const wire::NearPeer* near = peer ? routes_.near(*peer) : nullptr;
  if (near == nullptr || near->addresses.empty() || stop_by_) {
    return verified({question.pair, question.stream_id, xmpp::DialbackVerdict::kError});
  }
  const PairKey key{*peer, question.pair.local, question.pair.remote};
  const xmpp::VerifyRequested request{question.pair, question.stream_id, question.key};
  const auto found = outbound_.find({xmpp::OutboundPurpose::kStanzas, key});
  if (found != outbound_.end() && found->second->may_verify()) {
    return found->second->verify(request);
  }
  const VerifyStreams streams = verify_streams(*peer);
  const bool full = streams.of_peer >= kVerifyStreamsOfPeer || streams.all >= kVerifyStreams;
  if (full && !outbound_.contains({xmpp::OutboundPurpose::kVerifyOnly, key})) {
    return verified({question.pair, question.stream_id, xmpp::DialbackVerdict::kError});
  }
  outbound(key, xmpp::OutboundPurpose::kVerifyOnly).verify(request);
}

Edge::VerifyStreams Edge::verify_streams(PeerIndex peer) const {
  VerifyStreams streams;
  // They are the last of the map, and never many.
  for (auto at = outbound_.rbegin(); at != outbound_.rend(); ++at) {
    if (at->first.first != xmpp::OutboundPurpose::kVerifyOnly) break;
    ++streams.all;
    if (at->first.second.peer == peer) ++streams.of_peer;
  }
  return streams;
}

void Edge::verified(const xmpp::Verified& verified) {
  const auto asked = questions_.find({verified.pair, verified.stream_id});
  if (asked == questions_.end()) return;
  const auto inbound = inbound_.find(asked->second);
  questions_.erase(asked);
  if (inbound == inbound_.end()) return;
  xmpp::DialbackAnswered answer;
  answer.pair = verified.pair;
  answer.verdict = verified.verdict;
  inbound->second->dialback_answered(answer);
}

bool Edge::opened(std::string_view local, std::string_view remote,
                  std::string_view stream_id) const {
  const auto peer = routes_.peer_of(remote);
  if (!peer) return false;
  const xmpp::DomainPair pair{std::string(remote), std::string(local)};
  // The pair may have been asked for on a stream that was made for another.
  const auto first = outbound_.lower_bound({xmpp::OutboundPurpose::kStanzas, {*peer, "", ""}});
  for (auto at = first; at != outbound_.end(); ++at) {
    if (at->first.first != xmpp::OutboundPurpose::kStanzas || at->first.second.peer != *peer) break;
    if (at->second->waits_for_result(pair, stream_id)) return true;
  }
  return false;
}

}  // namespace guard::edge
