#include "guard/edge/intake.h"

#include <utility>

#include "guard/base/check.h"

namespace guard::edge {

namespace {

wire::Ticket announce(const OpenTicket& ticket) {
  wire::Ticket out;
  out.number = ticket.number;
  out.stream = ticket.stream;
  out.peer = ticket.peer;
  out.lane = ticket.lane;
  out.length = static_cast<std::uint32_t>(ticket.bytes.size());
  out.hash = ticket.hash;
  out.received = ticket.received;
  return out;
}

}  // namespace

Intake::Intake(const IntakeBounds& bounds, Tell to_filter, Tell to_recorder,
               std::function<void()> flow)
    : bounds_(bounds),
      to_filter_(std::move(to_filter)),
      to_recorder_(std::move(to_recorder)),
      flow_(std::move(flow)) {}

void Intake::context(std::uint64_t stream, PeerIndex peer, std::vector<wire::DomainPair> pairs,
                     std::string attributes) {
  Stream& known = streams_[stream];
  known.context = {stream, peer, std::move(pairs), std::move(attributes)};
  if (filter_there_) to_filter_(known.context);
}

void Intake::take(std::uint64_t stream, Lane lane, std::string_view bytes, UtcTime now) {
  const auto found = streams_.find(stream);
  CHECK(found != streams_.end() && !found->second.closed);
  ++found->second.open;
  open_bytes_ += bytes.size();
  const PeerIndex peer = found->second.context.peer;
  const OpenTicket& ticket =
      book_.take(stream, peer, lane, bytes, sha_.digest(as_bytes(bytes)), now);
  handled_.take(ticket.number, stream, peer);
  if (recorder_there_) to_recorder_(announce(ticket));
  offer();
  check_flow(peer);
}

void Intake::offer() {
  if (!filter_there_ || !recorder_there_) return;
  while (const OpenTicket* ticket = book_.next_offer()) {
    to_filter_(wire::Offer{ticket->number, ticket->stream, ticket->bytes, ticket->lane});
  }
}

void Intake::close(std::uint64_t stream) {
  const auto found = streams_.find(stream);
  if (found == streams_.end() || found->second.closed) return;
  found->second.closed = true;
  handled_.close(stream);
  if (recorder_there_) to_recorder_(wire::StreamEnded{stream});
  forget_if_done(stream);
}

void Intake::forget_if_done(std::uint64_t stream) {
  const auto found = streams_.find(stream);
  if (found == streams_.end() || !found->second.closed || found->second.open > 0) return;
  if (filter_there_) to_filter_(wire::Context{stream, found->second.context.peer, {}});
  streams_.erase(found);
}

void Intake::ended(std::uint64_t ticket) {
  std::vector<PeerIndex> peers;
  book_.ended(ticket, [&](const OpenTicket& gone) {
    open_bytes_ -= gone.bytes.size();
    const auto found = streams_.find(gone.stream);
    CHECK(found != streams_.end());
    --found->second.open;
    forget_if_done(gone.stream);
    if (peers.empty() || peers.back() != gone.peer) peers.push_back(gone.peer);
  });
  offer();
  for (const PeerIndex peer : peers) check_flow(peer);
}

void Intake::settled(const std::vector<wire::TicketRun>& runs) {
  for (const wire::TicketRun& run : runs) handled_.handled(run.first, run.last);
  for (const auto& [peer, congested] : congested_) {
    if (congested) check_flow(peer);
  }
}

void Intake::filter_lost() {
  if (!filter_there_) return;
  filter_there_ = false;
  book_.filter_lost();
}

void Intake::filter_replaced() {
  filter_there_ = true;
  for (const auto& [number, stream] : streams_) to_filter_(stream.context);
  const auto killer = book_.filter_replaced();
  if (killer && recorder_there_) to_recorder_(wire::Killed{*killer});
  offer();
}

void Intake::recorder_lost() {
  recorder_there_ = false;
  filter_there_ = false;
  book_.recorder_replaced();
}

void Intake::welcome(std::uint64_t ended_already) {
  ended(ended_already);
  recorder_there_ = true;
  for (const OpenTicket& ticket : book_.open()) {
    to_recorder_(announce(ticket));
    if (ticket.killed) to_recorder_(wire::Killed{ticket.number});
  }
  for (const auto& [number, stream] : streams_) {
    if (stream.closed) to_recorder_(wire::StreamEnded{number});
  }
  offer();
}

bool Intake::past(PeerIndex peer, std::uint32_t divisor) const {
  const Use use = book_.use(peer);
  return use.stanzas >= bounds_.peer_stanzas / divisor ||
         use.bytes >= bounds_.peer_bytes / divisor ||
         (!always_read_.contains(peer) && handled_.open(peer) >= bounds_.peer_unhandled / divisor);
}

void Intake::always_read(PeerIndex peer, bool always) {
  const bool changed = always ? always_read_.insert(peer).second : always_read_.erase(peer) > 0;
  if (changed) check_flow(peer);
}

void Intake::check_flow(PeerIndex peer) {
  const auto stanzas = book_.open().size();
  const bool lane =
      lane_congested_ ? stanzas >= bounds_.lane_stanzas / 2 || open_bytes_ >= bounds_.lane_bytes / 2
                      : stanzas >= bounds_.lane_stanzas || open_bytes_ >= bounds_.lane_bytes;
  bool& known = congested_[peer];
  const bool now = past(peer, known ? 2 : 1);
  const bool changed = lane != lane_congested_ || now != known;
  lane_congested_ = lane;
  known = now;
  if (changed) flow_();
}

bool Intake::congested(PeerIndex peer) const {
  if (lane_congested_) return true;
  const auto found = congested_.find(peer);
  return found != congested_.end() && found->second;
}

}  // namespace guard::edge
