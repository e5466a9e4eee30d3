// Edge: one side of the guard: its listeners and streams, its way to the filter, to and from the
// recorder. It wires the parts together; what they do is in them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "guard/edge/desk.h"
#include "guard/edge/inbound.h"
#include "guard/edge/link.h"
#include "guard/edge/outbound.h"
#include "guard/edge/probe.h"
#include "guard/net/admission.h"
#include "guard/net/listener.h"
#include "guard/wire/configuration.h"

namespace guard::edge {

// EdgeEvents is what the process around an edge hears.
struct EdgeEvents {
  std::function<void()> ready;                     // it listens, for the first time
  std::function<void()> stopped;                   // after stop: all streams are closed, or late
  std::function<void()> deserted;                  // the recorder left, and no new one came
  std::function<void(const std::string&)> failed;  // it cannot go on; the words name no peer
  std::function<void(const wire::StreamCounts&)> counted;  // they have changed; once a second
};

class Edge {
 public:
  Edge(net::Loop& loop, wire::EdgeConfiguration configuration, std::unique_ptr<net::TlsContext> tls,
       TrustBook trust, EdgeEvents events);
  ~Edge();
  Edge(const Edge&) = delete;
  Edge& operator=(const Edge&) = delete;

  // adopt takes a new end of a channel. The first offers, tickets and releases begin the work.
  void adopt(const wire::Adopt& adopt, Descriptor descriptor);

  // control takes whom the operator has blocked and who is absent: their streams, and those of
  // others to domains of absent peers, are closed with reset, and are unknown from now on.
  void control(const wire::Controls& controls);

  // reconfigure goes over to another policy, without certificates and secret. Peers are those of
  // before by their numbers, and new ones. Streams of pairs that are no more are closed with reset;
  // what was to be delivered on them ends as withdrawn.
  void reconfigure(const wire::EdgeConfiguration& next);

  // counts are the authenticated streams, by peer.
  [[nodiscard]] wire::StreamCounts counts() const;

  // revoke takes new revocation lists: the certificates of all streams are judged again, within
  // five seconds.
  void revoke(const wire::RevocationLists& lists);

  // show takes other certificates, for handshakes that begin from now on.
  void show(const std::vector<net::TlsIdentity>& identities);

  // stop closes all streams with system-shutdown and calls `stopped` within two seconds.
  void stop();

 private:
  void adopt_offers(Descriptor descriptor);
  void adopt_recorder();
  void recorder_lost();
  void greet();
  void hear(const wire::AnyMessage& message);
  void heard(const wire::Welcome& welcome);
  void heard(const wire::Ended& ended) { intake_.ended(ended.ticket); }
  void heard(const wire::Settled& settled) { intake_.settled(settled.runs); }
  void heard(const wire::Deliver& deliver);
  void heard(const wire::Withdraw& withdraw) { deliveries_.withdraw(withdraw.deliveries); }
  void heard(const wire::CloseStream& close);
  void heard(const wire::CloseAll& close);
  void heard(const wire::EventsStored& stored) { journal_.stored(stored.number); }
  void heard(const wire::OutcomesStored& stored) { deliveries_.stored(stored.number); }

  bool listen();
  void accept(std::unique_ptr<net::Connection> connection, bool direct);
  void tick();
  void count(Moment now);
  // probe looks, for peers whose traffic is on a worse address, whether a better one works again.
  void probe(Moment now);
  void begin_probes(Moment now);
  // hold_back stops reading from a peer; go_on reads again from those that have waited long enough.
  void hold_back(PeerIndex peer);
  void go_on();
  void end_pacing();
  void turn_end();
  void close_streams(std::optional<xmpp::StreamError> error);
  void add_ladders(const std::vector<wire::NearPeer>& peers);
  void tell_recorder(const wire::AnyMessage& message);
  void ask(std::uint64_t connection, const xmpp::AskAuthoritative& question);
  void verified(const xmpp::Verified& verified);
  [[nodiscard]] Outbound& outbound(const PairKey& key, xmpp::OutboundPurpose purpose);
  // In edge_sharing.cc:
  [[nodiscard]] PairPlaces::Ways ways();
  [[nodiscard]] std::vector<Carrier*> carriers(PeerIndex peer);
  [[nodiscard]] bool yields(const PairKey& key) const;
  [[nodiscard]] bool room(const PairKey& key) const;
  [[nodiscard]] bool may_make(const PairKey& key);
  void pair_answered(Carrier& carrier, const PairKey& key, bool added);
  void carrier_ready(PeerIndex peer);
  void carrier_lost(Carrier& carrier, PeerIndex peer);
  bool wake_own(const PairKey& key);
  void ask_again(Moment now);
  [[nodiscard]] bool shares(PeerIndex peer) const;
  void dispatch_waiting(PeerIndex peer);
  void update_flows();
  // verify_streams counts the streams made for keys alone: a peer's, and all.
  struct VerifyStreams {
    std::size_t of_peer = 0;
    std::size_t all = 0;
  };
  [[nodiscard]] VerifyStreams verify_streams(PeerIndex peer) const;
  [[nodiscard]] bool opened(std::string_view local, std::string_view remote,
                            std::string_view stream_id) const;

  using Question = std::pair<xmpp::DomainPair, std::string>;  // with the stream id
  using OutboundKey = std::pair<xmpp::OutboundPurpose, PairKey>;
  enum class Recorder : std::uint8_t { kNone, kGreeted, kThere };

  net::Loop& loop_;
  wire::EdgeConfiguration configuration_;  // without the secret, once that has been read
  const std::unique_ptr<net::TlsContext> tls_;
  TrustBook trust_;
  const EdgeEvents events_;
  const xmpp::DialbackSecret secret_;
  Routes routes_;
  net::Admission admission_;
  Intake intake_;
  Pace pace_;
  Journal journal_;
  DeliveryQueue deliveries_;
  std::map<PeerIndex, AddressLadder> ladders_;
  Desk desk_;
  PairPlaces places_;
  // PairAnswer waits for the end of what its carrier's machine has to say.
  struct PairAnswer {
    Carrier* carrier = nullptr;
    PairKey key;
    bool added = false;
  };
  std::vector<PairAnswer> answers_;

  std::unique_ptr<Link> offers_;
  std::unique_ptr<Link> tickets_;
  std::unique_ptr<Link> releases_;
  Descriptor next_tickets_;
  Descriptor next_releases_;
  Recorder recorder_ = Recorder::kNone;
  std::optional<Moment> recorder_by_;  // the old one is gone: when a new one must be there
  std::vector<std::unique_ptr<net::Listener>> listeners_;
  std::uint64_t last_connection_ = 0;
  std::unordered_map<std::uint64_t, std::unique_ptr<Inbound>> inbound_;
  std::map<OutboundKey, std::unique_ptr<Outbound>> outbound_;
  std::map<PeerIndex, std::unique_ptr<Probe>> probes_;
  std::map<Question, std::uint64_t> questions_;  // who asked
  wire::StreamCounts counts_;                    // as told
  Moment next_count_;
  Moment next_asking_;
  std::optional<Moment> stop_by_;
  std::unique_ptr<net::Ticker> ticker_;
  std::unique_ptr<net::Ticker> pacer_;  // while somebody is held back
};

}  // namespace guard::edge
