// Control messages: what guardd and the processes that it starts say to each other on the control
// sockets. The rest of the contract is in messages.h, whose rules hold here as well.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "guard/base/domain_table.h"
#include "guard/base/side.h"
#include "guard/base/utc_time.h"
#include "guard/wire/configuration.h"

namespace guard::wire {

// kNoPeer stands where a peer is not known (a stranger, an event of the service).
constexpr PeerIndex kNoPeer = 0xffffffff;

// Which end of which arrow of the graph a descriptor is.
// kStore is not a socket: the memory file of the hand-over store, lent to the recorder.
enum class Channel : std::uint8_t {
  kControl = 0,
  kOffers,
  kJudgements,
  kTickets,
  kReleases,
  kStore,
};

// Configure is the first message to a process: its role's configuration (configuration.h),
// encoded. Everything that it will ever need comes with it and the Adopt messages that follow.
struct Configure {
  std::string configuration;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.configuration);
  }
};

// Adopt comes with one descriptor: the process's new end of a channel. It replaces an earlier
// end, which is read to its end of file first. `side` is where the line begins that the channel is
// of (edge, filter, recorder), `epoch` that of its edge.
struct Adopt {
  Channel channel = Channel::kControl;
  Side side = Side::kHigh;
  std::uint64_t epoch = 0;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.channel, m.side, m.epoch);
  }
};

// Ready: the process is configured, has all its ends, and works.
struct Ready {
  template <class Self, class Fields>
  static void fields(Self&, Fields& f) {
    f();
  }
};

struct Ping {
  std::uint64_t number = 0;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.number);
  }
};

struct Pong {
  std::uint64_t number = 0;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.number);
  }
};

// Stop asks for an orderly end: edges close their streams with system-shutdown, the recorder
// commits what it has; then the process exits with status 0.
struct Stop {
  template <class Self, class Fields>
  static void fields(Self&, Fields& f) {
    f();
  }
};

// Restart asks guardd to start a side's filter anew: it lied, or was late.
struct Restart {
  Side side = Side::kHigh;
  std::string why;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.side, m.why);
  }
};

// Note asks the recorder for a row about the service itself: a start, a stop, a death.
struct Note {
  std::uint64_t number = 0;  // greater each time
  UtcTime time;
  std::string event;   // stable name, see audit/README.md
  std::string detail;  // written by guardd, never by a peer
  bool again = false;  // a recorder that died may have written it
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.number, m.time, m.event, m.detail, m.again);
  }
};

// NotesStored: recorder → guardd. The rows of all notes up to this number are durable.
struct NotesStored {
  std::uint64_t number = 0;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.number);
  }
};

// ---------------------------------------------------------------- who takes part now

// AbsentPeer is one whom the policy's dates keep out now.
struct AbsentPeer {
  PeerIndex peer = kNoPeer;
  bool blocked = false;  // by a <blocked>; else it is not active yet, or no more
  bool operator==(const AbsentPeer&) const = default;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.peer, m.blocked);
  }
};

// Controls says what the operator has blocked and stopped, and whom the policy's dates keep out
// now: guardd → recorder and edges. It replaces what was said before, and comes again to every new
// process, before its first stanza.
//   a blocked peer      nothing of it or for it crosses; its streams are closed, none is taken
//   an absent peer      the same; moreover its domains are unknown to all others
//   a stopped direction nothing that was judged in that lane goes on
struct Controls {
  std::uint64_t number = 0;             // greater each time
  std::vector<PeerIndex> blocked = {};  // ascending
  std::vector<Lane> stopped = {};
  std::vector<AbsentPeer> absent = {};  // ascending

  [[nodiscard]] bool stops(Lane lane) const {
    return std::find(stopped.begin(), stopped.end(), lane) != stopped.end();
  }
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.number, m.blocked, m.stopped, m.absent);
  }
};

// ControlsInForce: recorder → guardd. The note before these Controls and the records of what they
// have taken back are durable; nothing that they forbid is released any more.
struct ControlsInForce {
  std::uint64_t number = 0;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.number);
  }
};

// ---------------------------------------------------------------- another policy

// Reconfigure: guardd → recorder and edges. The policy has been replaced: from now on the role's
// configuration is the encoded one, but for what only a new process can take (guard/supervisor,
// Reload, says what that is). Peers keep their numbers; new ones have greater numbers. A recorder
// that is new while the switch is going on gets it once more.
struct Reconfigure {
  std::uint64_t number = 0;  // greater each time
  std::string configuration;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.number, m.configuration);
  }
};

// Reconfigured: edge or recorder → guardd. Nothing goes by the old configuration any more; of the
// recorder: the row that says so is durable.
struct Reconfigured {
  std::uint64_t number = 0;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.number);
  }
};

// Drained: recorder → guardd. Nothing that was judged by the old policy waits any more; `withdrawn`
// counts what did not leave in time.
struct Drained {
  std::uint64_t number = 0;
  std::uint64_t withdrawn = 0;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.number, m.withdrawn);
  }
};

// ---------------------------------------------------------------- what guardd shows the operator

// PeerStreams counts the authenticated streams with one peer.
struct PeerStreams {
  PeerIndex peer = kNoPeer;
  std::uint32_t inbound = 0;
  std::uint32_t outbound = 0;
  std::uint32_t addresses =
      0;  // bit N: an outbound one stands on the peer's address N (at most 16)
  bool operator==(const PeerStreams&) const = default;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.peer, m.inbound, m.outbound, m.addresses);
  }
};

// StreamCounts: edge → guardd, when they have changed, once a second at most. Peers that are not
// in it have no stream.
struct StreamCounts {
  std::vector<PeerStreams> peers;  // ascending
  bool operator==(const StreamCounts&) const = default;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.peers);
  }
};

// PeerQueue counts what waits for one peer, or is at its edge without an outcome.
struct PeerQueue {
  PeerIndex peer = kNoPeer;
  std::uint64_t stanzas = 0;
  std::uint64_t octets = 0;
  bool operator==(const PeerQueue&) const = default;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.peer, m.stanzas, m.octets);
  }
};

// QueueCounts: recorder → guardd, as StreamCounts.
struct QueueCounts {
  std::vector<PeerQueue> peers;  // ascending
  bool operator==(const QueueCounts&) const = default;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.peers);
  }
};

// RevocationLists: guardd → edge. They replace the lists (CRLs) of one peer's own trust, or of the
// side's: the files have changed. Streams whose certificate they revoke are closed.
struct RevocationLists {
  PeerIndex peer = kNoPeer;        // kNoPeer: the side's
  std::vector<std::string> lists;  // DER
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.peer, m.lists);
  }
};

// ShownCertificates: guardd → edge. They replace all certificates that the edge shows: a file has
// changed. Streams that stand stay as they are.
struct ShownCertificates {
  std::vector<Certificate> all;
  template <class Self, class Fields>
  static void fields(Self& m, Fields& f) {
    f(m.all);
  }
};

}  // namespace guard::wire
