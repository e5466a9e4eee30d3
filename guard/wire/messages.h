// Messages: what the processes of the guard say to each other. This is their whole contract.
//
// Who controls the content: any process but guardd and the recorder may have been taken over, so
// every reader takes these as hostile: lengths are bounded (codec.h), enumerations are checked,
// and a message that is not permitted now (permitted.h) ends the reader's process.
//
// Each message lists its fields once, in wire order; the codec writes and reads them from that.
// What guardd says on the control sockets is in control_messages.h.
// Times are UTC microseconds. Peers are indices into the policy's list (guard/README.md, Numbers).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "guard/base/domain_table.h"
#include "guard/base/sha256.h"
#include "guard/base/side.h"
#include "guard/base/utc_time.h"
#include "guard/wire/control_messages.h"

namespace guard::wire {

// Why a stream is closed: the stream error conditions of RFC 6120 4.9.3 that the guard sends, and
// kNone for a close without an error.
enum class StreamCondition : std::uint8_t {
  kNone = 0,
  kBadFormat,
  kBadNamespacePrefix,
  kConflict,
  kConnectionTimeout,
  kHostGone,
  kHostUnknown,
  kImproperAddressing,
  kInternalServerError,
  kInvalidFrom,
  kInvalidNamespace,
  kNotAuthorized,
  kNotWellFormed,
  kPolicyViolation,
  kRemoteConnectionFailed,
  kReset,
  kResourceConstraint,
  kRestrictedXml,
  kSystemShutdown,
  kUndefinedCondition,
  kUnsupportedEncoding,
  kUnsupportedFeature,
  kUnsupportedStanzaType,
  kUnsupportedVersion,
};

// ---------------------------------------------------------------- offers: edge → filter

// DomainPair is an ordered pair that has been authenticated on a stream: the peer's domain, and
// the domain behind the guard that it may write to.
struct DomainPair {
  std::string from;
  std::string to;
  bool operator==(const DomainPair&) const = default;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.from, m.to);
  }
};

// Context says what is authenticated on a stream; it replaces an earlier one, and comes before
// the first Offer that depends on it. An empty list of pairs forgets the stream.
// `attributes` is the value of the extension subjectDirectoryAttributes (DER) of the certificate
// that has let the stream in, at most kMaxAttributes octets: where the policy asks for the
// clearance in it, and every pair was proved by that certificate. Else it is empty.
constexpr std::size_t kMaxAttributes = 16'384;
struct Context {
  std::uint64_t stream = 0;
  PeerIndex peer = kNoPeer;
  std::vector<DomainPair> pairs;
  std::string attributes = {};
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.stream, m.peer, m.pairs, m.attributes);
  }
};

// Offer hands one framed stanza to the filter, as it came from the peer. `lane` is one that begins
// at the edge's side: where the stanza's `to` leads, as the edge reads it.
struct Offer {
  std::uint64_t ticket = 0;
  std::uint64_t stream = 0;
  std::string bytes;
  Lane lane = Lane::kHighToLow;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.ticket, m.stream, m.bytes, m.lane);
  }
};

// ---------------------------------------------------------------- judgements: filter → recorder

enum class Outcome : std::uint8_t {
  kRefuseSilently = 0,  // born refused
  kRefuseWithReply,     // `bytes` go back to the sender's peer
  kCloseStream,         // refused, and the stream is closed with `condition`
  kForward,             // `bytes` go to `far_peer`
};

// Finding is what the filter knows about a stanza, for the record. Strings are UTF-8, and
// whatever in them came from a peer is as the peer wrote it. audit/README.md describes the fields.
struct Finding {
  std::string from;       // full address, as received
  std::string to;         // full address, as received
  std::string kind;       // message, presence, iq; empty where it could not be parsed
  std::string type;       // chat, normal, subscribe, get, ...; with the default filled in
  std::string stanza_id;  // as received
  std::string label;      // the label's bytes as received (DER); empty without one
  std::string marking;    // the effective label as understood; empty without one
  bool allowed = false;   // the verdict
  std::string reason;     // stable name, see policy/README.md and filter/README.md; never empty
  std::string rule;       // id of the rule that decided; empty when none was reached
  std::string facts;      // canonical JSON: every input of the decision but the content
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.from, m.to, m.kind, m.type, m.stanza_id, m.label, m.marking, m.allowed, m.reason, m.rule,
      m.facts);
  }
};

// Exchange says which part of a request and its one answer a stanza is (RFC 6120 8.2.3): an iq get
// or set that crosses is a request, an iq result or error an answer, all else neither. `key` is the
// same for both, and for no other request that is outstanding between these two addresses.
struct Exchange {
  enum class Part : std::uint8_t { kNone = 0, kRequest, kAnswer };
  Part part = Part::kNone;
  Digest key{};
  bool operator==(const Exchange&) const = default;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.part, m.key);
  }
};

// Judgement answers one Offer, in its lane. The pair (from_domain, to_domain) names the stream that
// `bytes` are for; the ticket's lane alone decides on which side that is. `contingency` is the
// reply that the sender gets when a forwarded stanza cannot be delivered; empty where it gets none.
// `exchange` is set where a stanza is forwarded; a request has contingency bytes. `sealed_content`
// is the stanza as it was judged, in an envelope for the officers (guard/base/cms_envelope.h),
// where the policy keeps it; empty where it does not.
struct Judgement {
  std::uint64_t ticket = 0;
  Lane lane = Lane::kHighToLow;
  PeerIndex peer = kNoPeer;  // whose the stream is, by its Context; kNoPeer without one
  Digest input{};            // SHA-256 of the bytes that were judged
  Outcome outcome = Outcome::kRefuseSilently;
  StreamCondition condition = StreamCondition::kNone;  // only with kCloseStream
  PeerIndex far_peer = kNoPeer;  // of a refusal for the record only, where it is known
  DomainPair pair;               // of `bytes`, in the order from, to
  std::string bytes;             // with kForward and kRefuseWithReply
  std::string contingency;       // only with kForward
  Exchange exchange;
  std::string sealed_content;
  Finding finding;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.ticket, m.lane, m.peer, m.input, m.outcome, m.condition, m.far_peer, m.pair, m.bytes,
      m.contingency, m.exchange, m.sealed_content, m.finding);
  }
};

// ---------------------------------------------------------------- tickets: edge → recorder

// Hello opens the channel of an edge that has just started, or whose recorder has been replaced.
// `open` is the number of the oldest ticket that has not ended as far as the edge knows, 0
// without one; `last` the newest that was ever taken. `held` are the deliveries that it has and
// has not written.
struct Hello {
  std::uint64_t epoch = 0;
  std::uint64_t open = 0;
  std::uint64_t last = 0;
  std::vector<std::uint64_t> held;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.epoch, m.open, m.last, m.held);
  }
};

// Ticket announces a stanza: the edge's own witness of what it hands to the filter. Its lane, fixed
// before a filter has seen the stanza, says where bytes may go, whatever the filter answers.
struct Ticket {
  std::uint64_t number = 0;
  std::uint64_t stream = 0;
  PeerIndex peer = kNoPeer;
  Lane lane = Lane::kHighToLow;
  std::uint32_t length = 0;
  Digest hash{};
  UtcTime received;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.number, m.stream, m.peer, m.lane, m.length, m.hash, m.received);
  }
};

// Killed says that this ticket's stanza ended the filter a second time, alone in it.
struct Killed {
  std::uint64_t ticket = 0;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.ticket);
  }
};

enum class Delivery : std::uint8_t {
  kWritten = 0,  // all its bytes were given to the connection of a peer that acknowledges nothing
  kExpired,      // it waited too long
  kInDoubt,    // its bytes were given to a connection that broke before the peer acknowledged them
  kWithdrawn,  // Withdraw came before a connection had taken its bytes
  kDelivered,  // the peer has acknowledged it (SPEC: XEP-0198)
};

// Outcomes reports what became of deliveries of one peer, in the order of their delivery. It is
// numbered from 1 for each epoch; the edge keeps it until OutcomesStored names its number, and
// sends it again to a new recorder.
struct Outcomes {
  std::uint64_t number = 0;
  Delivery result = Delivery::kWritten;
  std::vector<std::uint64_t> deliveries;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.number, m.result, m.deliveries);
  }
};

// What an edge reports that is not about a stanza (audit/README.md has the catalogue).
enum class EdgeEvent : std::uint8_t {
  kStreamOpened = 0,     // connected, either way; not yet authenticated
  kStreamAuthenticated,  // a pair has been authenticated; `detail` says how
  kStreamClosed,         // after authentication; `detail` says why
  kConnectFailed,        // an outgoing connection could not be made or authenticated
  kStrangers,            // `count` connections of one source in one minute; `detail` says what
};

// Event asks for one row. What an authenticated stream is told of its own fault (the stream error
// of kStreamClosed) is sent only when EventsStored has come back. The others are not waited for: a
// peer hears that it is authenticated, which tells it nothing of the other side, but the row comes
// on this channel before the first Ticket of the stream or pair, and the recorder writes in that
// order, so no stanza of it is released before the row is durable (AUDIT_BEFORE_RELEASE).
struct Event {
  std::uint64_t number = 0;
  UtcTime time;
  EdgeEvent event = EdgeEvent::kStreamOpened;
  std::uint64_t stream = 0;  // 0 without one
  PeerIndex peer = kNoPeer;
  bool outgoing = false;
  std::string address;  // IP address of the far end
  std::string from;     // domains of the pair, or as the stranger claimed
  std::string to;
  std::string detail;  // stable words, see edge/README.md; never what a peer sent
  std::uint64_t count = 1;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.number, m.time, m.event, m.stream, m.peer, m.outgoing, m.address, m.from, m.to, m.detail,
      m.count);
  }
};

// StreamEnded tells the recorder that no ticket of this stream will follow.
struct StreamEnded {
  std::uint64_t stream = 0;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.stream);
  }
};

// ---------------------------------------------------------------- releases: recorder → edge

// Welcome answers Hello: tickets up to `ended` have ended (0: none of this epoch); the rest is
// to be announced and offered again.
struct Welcome {
  std::uint64_t ended = 0;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.ended);
  }
};

// Ended says that all tickets up to this one have ended; the edge may forget their bytes.
struct Ended {
  std::uint64_t ticket = 0;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.ticket);
  }
};

// Settled names runs of tickets that have ended and that their senders may count as handled:
// refused in a durable row, or the end of their delivery is in one. What goes from low to high does
// not wait for that, so that a low edge hears of nothing that the high side does (SPEC: S23). A new
// recorder tells again of all tickets of the edge that it finds.
struct TicketRun {
  std::uint64_t first = 0;
  std::uint64_t last = 0;  // not below first
  bool operator==(const TicketRun&) const = default;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.first, m.last);
  }
};
struct Settled {
  std::vector<TicketRun> runs;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.runs);
  }
};

// Deliver releases bytes, recorded and durable, to the edge that writes them to `peer` on the
// stream of the pair. What has not been written at `deadline` is reported as expired.
struct Deliver {
  std::uint64_t delivery = 0;
  PeerIndex peer = kNoPeer;
  DomainPair pair;
  UtcTime deadline;
  std::string bytes;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.delivery, m.peer, m.pair, m.deadline, m.bytes);
  }
};

// Withdraw takes back deliveries: those that no connection has taken yet end as withdrawn; of the
// others the edge reports what became of them, and none is given to another connection.
struct Withdraw {
  std::vector<std::uint64_t> deliveries;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.deliveries);
  }
};

// CloseStream closes the stream that the peer opened, after what has been queued on it. Of a stream
// that it no longer has the edge says StreamEnded: a new recorder closes once more what the log
// says was closed.
struct CloseStream {
  std::uint64_t stream = 0;
  StreamCondition condition = StreamCondition::kNone;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.stream, m.condition);
  }
};

// CloseAll closes every stream of the side (the audit log is full or broken).
struct CloseAll {
  StreamCondition condition = StreamCondition::kResourceConstraint;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.condition);
  }
};

// EventsStored says that all events up to this number are durable.
struct EventsStored {
  std::uint64_t number = 0;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.number);
  }
};

// OutcomesStored says that all Outcomes up to this number are durable.
struct OutcomesStored {
  std::uint64_t number = 0;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.number);
  }
};

}  // namespace guard::wire
