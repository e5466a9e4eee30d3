// Intake: what happens to the stanzas of authenticated streams: each becomes a ticket, told to the
// recorder and offered to the filter, until it has ended. Pure: the two ways out are functions.
//
// INVARIANT(NOTHING_SILENT): a stanza that was taken has a ticket that is told again to every new
// recorder and offered again to every new filter until the recorder says that it has ended.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "guard/base/sha256.h"
#include "guard/edge/handled_book.h"
#include "guard/edge/ticket_book.h"
#include "guard/wire/codec.h"

namespace guard::edge {

// IntakeBounds: how much may be open before reading stops; it goes on at half of it.
struct IntakeBounds {
  std::uint32_t peer_stanzas = 2048;
  std::uint64_t peer_bytes = 8U << 20;
  std::uint32_t lane_stanzas = 32768;  // the recorder takes no more than 65,536
  std::uint64_t lane_bytes = 128U << 20;
  std::size_t peer_unhandled = 65536;  // recorded ones included: who they are for is slow
};

class Intake {
 public:
  using Tell = std::function<void(const wire::AnyMessage&)>;

  // `flow` is called when congested() has changed for some peer.
  Intake(const IntakeBounds& bounds, Tell to_filter, Tell to_recorder, std::function<void()> flow);

  // context says what is authenticated on a stream; the first call opens it.
  void context(std::uint64_t stream, PeerIndex peer, std::vector<wire::DomainPair> pairs,
               std::string attributes = {});
  // take makes a ticket of a stanza, in a lane that begins at this side. REQUIRES: the stream has a
  // context and is not closed.
  void take(std::uint64_t stream, Lane lane, std::string_view bytes, UtcTime now);
  // close: no stanza of the stream will follow.
  void close(std::uint64_t stream);

  [[nodiscard]] bool congested(PeerIndex peer) const;

  // always_read exempts a peer from the bound peer_unhandled, and from no other. It is for peers
  // with a bidirectional stream, whose acknowledgements stand behind what is not read. What is
  // unhandled is then bounded by the recorder's queues, and the tickets and octets that are open,
  // which end by themselves, by here.
  void always_read(PeerIndex peer, bool always);

  // take_handled gives how many more stanzas of an open stream are handled, without a gap, than at
  // the last call; 0 of one that is not there.
  [[nodiscard]] std::uint64_t take_handled(std::uint64_t stream) {
    return handled_.take_count(stream);
  }
  // each: the peer will be told of each stanza of this stream by itself (HandledBook::each). From
  // then on take_handled_runs gives which, by their places; take_handled is not called.
  // REQUIRES: nothing of the stream has been taken.
  void each(std::uint64_t stream) { handled_.each(stream); }
  [[nodiscard]] std::vector<PlaceRun> take_handled_runs(std::uint64_t stream) {
    return handled_.take_runs(stream);
  }

  // From the recorder: tickets up to this one have ended; their bytes are needed no more.
  void ended(std::uint64_t ticket);
  // From the recorder: these are handled, as far as their sender is concerned.
  void settled(const std::vector<wire::TicketRun>& runs);

  // The filter has closed its end: nothing is offered before filter_replaced.
  void filter_lost();
  // The filter's end has been replaced; all contexts are told again.
  void filter_replaced();
  // The recorder (and with it the filter) is gone: nothing is told before welcome.
  void recorder_lost();
  // A recorder is there. It hears of every ticket that has not ended.
  void welcome(std::uint64_t ended);

  [[nodiscard]] const TicketBook& book() const { return book_; }

 private:
  struct Stream {
    wire::Context context;
    std::uint32_t open = 0;
    bool closed = false;
  };

  void offer();
  void forget_if_done(std::uint64_t stream);
  void check_flow(PeerIndex peer);
  [[nodiscard]] bool past(PeerIndex peer, std::uint32_t divisor) const;

  IntakeBounds bounds_;
  Tell to_filter_;
  Tell to_recorder_;
  std::function<void()> flow_;
  Sha256 sha_;
  TicketBook book_;
  HandledBook handled_;
  std::unordered_map<std::uint64_t, Stream> streams_;
  std::unordered_map<PeerIndex, bool> congested_;
  std::unordered_set<PeerIndex> always_read_;
  bool lane_congested_ = false;
  std::uint64_t open_bytes_ = 0;
  bool filter_there_ = false;
  bool recorder_there_ = false;
};

}  // namespace guard::edge
