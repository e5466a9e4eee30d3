// ReceivingHalf: what comes in on one authenticated connection, whoever has opened it: the way of
// its stanzas to the intake, and what they count towards the bounds of its peer.
//
// INVARIANT(NO_OTHER_PATH): a stanza goes to the intake and nowhere else, in a lane that is fixed
// before a filter sees it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "guard/edge/desk.h"
#include "guard/net/peer_certificate.h"
#include "guard/xmpp/framer.h"

namespace guard::edge {

class ReceivingHalf {
 public:
  static constexpr std::uint64_t kAnswers = 64U << 10;
  static constexpr std::uint64_t kTold = 4U << 20;

  // `stream` is a new number of Desk::last_stream. `desk` outlives the half.
  ReceivingHalf(Desk& desk, std::uint64_t stream, PeerIndex peer)
      : desk_(desk), stream_(stream), peer_(peer) {}
  ~ReceivingHalf() { close(); }
  ReceivingHalf(const ReceivingHalf&) = delete;
  ReceivingHalf& operator=(const ReceivingHalf&) = delete;

  [[nodiscard]] std::uint64_t stream() const { return stream_; }
  [[nodiscard]] PeerIndex peer() const { return peer_; }

  // context tells the filter what is authenticated: all pairs that the stream carries, and of these
  // the peer's domains that `certificate` has proved. Where it has proved them all, and the policy
  // asks for the clearance in it, the extension goes with them.
  void context(const std::set<xmpp::DomainPair>& pairs, const std::set<std::string>& certified,
               const net::PeerCertificate& certificate);

  // take makes a ticket of a stanza. REQUIRES: context was called, close was not.
  void take(std::string_view bytes);

  // begun says how many octets of a stanza have come that is not whole. False where the peer has
  // begun too much on all its streams: that can only be meant to fill memory.
  [[nodiscard]] bool begun(std::size_t octets);

  // each: the peer is told of each stanza by itself. A second call does nothing. REQUIRES: context
  // was called, and nothing was taken before the first call.
  void each();
  // both_ways: the stream carries stanzas in the other direction, too, so it is read whatever the
  // far side does (Intake::always_read). A second call does nothing.
  void both_ways();

  // take_handled gives what more is handled: runs after each(), else a count in the stream's order.
  [[nodiscard]] xmpp::StanzasHandled take_handled();

  // answers_ceiling is how many octets of ours may wait to be read, without the stanzas: whoever
  // makes us queue more does not read. A peer that is told of each stanza may have all of them told
  // at once, by a new recorder.
  [[nodiscard]] std::uint64_t answers_ceiling() const { return each_ ? kTold : kAnswers; }

  // must_wait says whether the peer is not to be read now: it has too much open, or is too fast.
  [[nodiscard]] bool must_wait() const;

  // close: nothing follows. A second call does nothing.
  void close();

 private:
  Desk& desk_;
  const std::uint64_t stream_;
  const PeerIndex peer_;
  std::size_t begun_ = 0;  // this stream's part of Desk::unfinished
  bool each_ = false;
  bool both_ways_ = false;
  bool closed_ = false;
};

// frame_limits are those of the stanzas of all peers.
[[nodiscard]] xmpp::FrameLimits frame_limits(const wire::Limits& limits);

}  // namespace guard::edge
