// Deliveries: what has been released and has not ended, by the peer that it is for.
//
//              add                      window open                 outcome            flush
//   (record) ───────→ delayed/waiting ──────────────→ sent ────────────────→ ended ──────────→ gone
//                          │                            │ edge replaced        ↑     a range in
//                          │ deadline                   └──→ waiting           │     the log
//                          └───────────────────────────────────────────────────┘
//
// One stalled peer stops only itself: each has a queue of its own with bounds, and a window of
// what may be at its edge without an outcome. So does each pair of domains within it, since a peer
// may stand before many servers (a guard does): no pair has more at the edge than is still free of
// its peer's window, so that n stalled ones leave room for another (SPEC: S23, credit for each far
// server). Order is kept for each pair (SPEC: RFC 6120 10.1); pairs take turns.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "audit/record.h"
#include "guard/recorder/store.h"
#include "guard/wire/configuration.h"
#include "guard/wire/messages.h"

namespace guard::recorder {

// Range is a run of deliveries to one peer that ended alike, with nothing else to that peer in
// between; of withdrawn ones each has a range. `reply` where a single one expired or was withdrawn
// and its contingency bytes are to be released.
struct Range {
  PeerIndex peer = 0;
  audit::Result result = audit::Result::kNone;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::uint64_t count = 0;
  bool reply = false;
};

// StanzaOrigin names the stanza that a delivery came from, at the near edge of its lane. A delivery
// whose entry has no ticket has none.
struct StanzaOrigin {
  Lane lane = Lane::kHighToLow;
  std::uint64_t epoch = 0;
  std::uint64_t ticket = 0;
};

// Deliveries holds numbers and states; the bytes are in the store, which it borrows.
class Deliveries {
 public:
  static constexpr std::uint32_t kWindowStanzas = 512;   // at the edge, for each pair
  static constexpr std::size_t kWindowBytes = 1U << 20;  // the same; one always fits
  static constexpr std::uint32_t kPeerStanzas = 1024;    // at the edge, for each peer
  static constexpr std::size_t kPeerBytes = 2U << 20;    // the same; the last one may be past it
  static constexpr std::size_t kSideBytes = 32U << 20;   // at one edge, for all its peers
  static constexpr std::size_t kMaxRemembered = 262144;  // for each peer, ended ones included
  static constexpr std::int64_t kGrace = 60'000'000;     // past the deadline, microseconds

  Deliveries(const std::vector<wire::RecordedPeer>& peers, const wire::Limits& limits,
             Store& store);

  // has_room says whether one more delivery of that size fits the peer's queue and the store.
  enum class Room : std::uint8_t { kYes = 0, kQueueFull, kStoreFull };
  [[nodiscard]] Room room(PeerIndex peer, const StoreEntry& entry) const;

  // add queues a delivery and puts it into the store. REQUIRES: room said yes. It is sendable
  // once `not_before` has come; deadlines do not fall from one call to the next.
  void add(const StoreEntry& entry, UtcTime not_before, UtcTime now);

  // next returns a delivery of that side that its window lets out now, and marks it as sent;
  // nullopt when there is none, or the side has no edge. INVARIANT(AUDIT_BEFORE_RELEASE): none is
  // let out whose number is past `committed`, the last sequence that is durable.
  [[nodiscard]] std::optional<wire::Deliver> next(Side side, std::uint64_t committed);

  // on_outcome notes how a delivery ended, as its edge reports. What was not sent to that side is
  // ignored.
  void on_outcome(Side side, std::uint64_t delivery, audit::Result result);

  // open_side: the side has an edge that can take deliveries. close_side: it has none; what was
  // sent and has not ended waits again, in its old order; but what must not arrive twice
  // (guard/wire/repeatable.h) is in doubt.
  void open_side(Side side);
  void close_side(Side side);

  // tick makes delayed deliveries sendable, and ends what has waited past its deadline.
  void tick(UtcTime now);

  // ended counts what flush would put into ranges. Each side's deliveries are apart; those of peers
  // that only the log knows are with the high side's.
  [[nodiscard]] std::size_t ended(Side side) const { return ended_[place(side)]; }
  [[nodiscard]] std::vector<Range> flush(Side side);

  // forget_ended erases the bytes of those that flush has put into ranges. To be called when the
  // ranges are durable. It returns of which stanzas they were.
  std::vector<StanzaOrigin> forget_ended();

  // unsettled are the tickets of an edge, ascending, whose deliveries flush has not put into
  // ranges, as far as their entries have them.
  [[nodiscard]] std::vector<std::uint64_t> unsettled(Side near, std::uint64_t epoch) const;

  // withdraw takes back what `which` says: what waits ends as withdrawn; what is at an edge is
  // returned, by its side, for a Withdraw, and is not sent again should its edge die.
  using Which = std::function<bool(const StoreEntry&)>;
  using AtEdges = std::array<std::vector<std::uint64_t>, 2>;
  [[nodiscard]] AtEdges withdraw(const Which& which);

  // any says whether something that has not ended is as `which` says.
  [[nodiscard]] bool any(const Which& which) const;

  // set_peers takes a list that goes on from the one before: peers keep their numbers. What only
  // the log knew is forgotten. REQUIRES: flush has been called since recover.
  void set_peers(const std::vector<wire::RecordedPeer>& peers);

  // counts are what waits or is at an edge, by peer; peers with nothing are not in it.
  [[nodiscard]] std::vector<wire::PeerQueue> counts() const;

  // horizon is the lowest delivery without a recorded outcome; nullopt where there is none.
  [[nodiscard]] std::optional<std::uint64_t> horizon() const;

  // recover takes over a delivery that the log shows, in ascending order for each peer: one that
  // ended (only its place counts), or one with no outcome that is in the store or is not. Of
  // several peers of that name it is the one that is not retired.
  void recover(std::string_view peer, std::uint64_t delivery, bool ended, UtcTime now);

  // drop_strays erases what is in the store and was not recovered: it was never committed.
  void drop_strays();

  // on_hello: `held` are the deliveries that the edge of that side has, or has reported and not
  // heard that it is stored. What was handed over and is not among them has never reached the
  // `same` edge, which has read its old end to the end: it waits again, in its old order. Handed
  // over to another, which is dead, it is in doubt.
  void on_hello(Side side, const std::vector<std::uint64_t>& held, bool same);

  // doubt_all ends every recovered delivery as in doubt (guardd is new, and the store empty).
  void doubt_all();

  // end_all ends what waits as expired, without a reply, and everything else as in doubt.
  void end_all();

  [[nodiscard]] const std::string& name(PeerIndex peer) const { return queues_[peer].name; }
  [[nodiscard]] std::optional<Side> side(PeerIndex peer) const { return queues_[peer].side; }

 private:
  enum class State : std::uint8_t { kDelayed, kWaiting, kSent, kRecovered, kEnded, kRecorded };
  // Line is one pair of domains of a peer, while it has something that has not ended.
  struct Line {
    std::deque<std::uint64_t> waiting;  // in the order of sending
    std::size_t live = 0;
    std::size_t sent = 0, sent_bytes = 0;
    bool ready = false;  // listed in its queue's ready_lines
  };
  struct Entry {
    std::uint64_t delivery = 0;
    std::size_t size = 0;
    State state = State::kWaiting;
    audit::Result result = audit::Result::kNone;
    UtcTime deadline;
    bool withdrawn = false;  // while it is at its edge
    Line* line = nullptr;    // none where its bytes are lost; not to be used once it has ended
  };
  struct Queue {
    std::string name;
    std::optional<Side> side;   // none for a peer that the policy no longer has
    bool retired = false;       // by a policy that guardd has switched to
    std::deque<Entry> entries;  // ascending
    std::map<std::pair<std::string, std::string>, Line> lines;  // by from and to
    std::deque<Line*> ready_lines;  // those with something waiting, in turn
    std::size_t live = 0, live_bytes = 0;
    std::size_t sent = 0, sent_bytes = 0;
    std::size_t ended = 0;
    bool ready = false;  // listed in its side's ready_
  };
  struct Delayed {
    PeerIndex peer = 0;
    std::uint64_t delivery = 0;
    UtcTime not_before;
  };
  struct Edge {
    bool open = false;
    std::size_t sent_bytes = 0;
    std::deque<PeerIndex> ready;  // peers with something waiting, in turn
  };

  [[nodiscard]] static std::size_t place(Side side) { return static_cast<std::size_t>(side); }
  [[nodiscard]] static Side side_of(const Queue& queue) { return queue.side.value_or(Side::kHigh); }
  [[nodiscard]] PeerIndex recovered_peer(std::string_view name);
  [[nodiscard]] Entry* find(PeerIndex peer, std::uint64_t delivery);
  void end(PeerIndex peer, Entry& entry, audit::Result result);
  static Line* line_of(Queue& queue, const StoreEntry& entry);
  static void make_ready(Queue& queue, Line& line);
  [[nodiscard]] Line* next_line(PeerIndex peer, std::uint64_t committed);
  void count_sent(Queue& queue, const Entry& entry);
  static void forget_idle_lines(Queue& queue);
  void wait(PeerIndex peer, Entry& entry, bool in_front);
  void wait_again(PeerIndex peer, Entry& entry);
  void make_ready(PeerIndex peer);
  [[nodiscard]] bool window_open(const Queue& queue, const Line& line, std::size_t size) const;
  void settle(PeerIndex peer, bool same);
  void flush_queue(PeerIndex peer, std::vector<Range>& out);

  const wire::Limits& limits_;
  Store& store_;
  std::deque<Queue>
      queues_;             // by PeerIndex, then those that only the log knows; lines are pointed to
  std::size_t known_ = 0;  // of the former
  std::unordered_map<std::uint64_t, PeerIndex> peer_of_;  // of live deliveries
  std::deque<Delayed> delayed_;                           // ascending by not_before
  Edge edges_[2];                                         // by Side
  std::size_t ended_[2] = {0, 0};                         // by Side: not flushed
  std::vector<std::uint64_t> flushed_;                    // and still in the store
};

}  // namespace guard::recorder
