// InboundStream: a connection that a peer opened to us. Pure: no socket, no clock, no TLS.
//
// The peer's server is the initiating entity; the guard is the receiving entity, and for streams
// of its own also the authoritative server that answers db:verify. Stanzas come in on this stream.
//
// Stream management is offered behind EXTERNAL (SPEC: XEP-0198; S22):
// <r/> is answered at once with what the shell has said is handled, and <a/> goes out whenever it
// says so. Stream errors and end tags of ours come after a last <a/>.
//
// Where the policy allows it and the peer asks for it before EXTERNAL, the stream is bidirectional
// (SPEC: XEP-0288; S21): stanzas go out, too, for the inverse of the authenticated pairs and no
// other, once the peer has enabled stream management.
//
// Invariants: nothing is a Stanza action before an Authenticated action; Authenticated comes only
// from a certificate that proves the domain, or from a DialbackAnswered{kValid} that was asked for
// on this very stream where the peer's policy allows dialback; every pair on a stream belongs to
// one peer; a domain that the peer may not see is answered like one that does not exist.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "guard/xmpp/dialback.h"
#include "guard/xmpp/dialback_element.h"
#include "guard/xmpp/element_reader.h"
#include "guard/xmpp/features.h"
#include "guard/xmpp/framer.h"
#include "guard/xmpp/received_stanzas.h"
#include "guard/xmpp/sasl_external.h"
#include "guard/xmpp/sent_stanzas.h"
#include "guard/xmpp/stream_event.h"
#include "guard/xmpp/stream_id.h"
#include "guard/xmpp/stream_management.h"

namespace guard::xmpp {

// InboundConfig: lookup and secret outlive the machine. The lookup's answers may change between
// events (a reload); what is authenticated already stays until the shell closes the stream.
struct InboundConfig {
  const PeerLookup* lookup = nullptr;
  const DialbackSecret* secret = nullptr;
  Digest id_seed{};      // 32 random octets, drawn for this connection alone
  FrameLimits limits{};  // for stanzas, unless the peer's are lower; advertised (XEP-0478)
  std::uint64_t idle_seconds = 0;  // advertised where not 0
  bool direct_tls = false;         // TLS first, no STARTTLS inside (SPEC: XEP-0368)
  // judge says what the certificate of the handshake is worth now, as that peer's: which
  // authorities count, and what they have revoked, depends on whom the stream header names. Where
  // it is empty, the facts that came with TlsEstablished hold.
  std::function<CertificateFacts(PeerId)> judge{};
};

inline constexpr std::size_t kPairsCeiling = 64;            // authenticated pairs of one stream
inline constexpr std::size_t kPendingDialbackCeiling = 16;  // asked and not yet answered
inline constexpr unsigned kSaslAttempts = 3;                // SPEC: RFC 6120 6.4.5
// Top-level elements that are no stanzas: so many at once, and one more for each allow_element.
inline constexpr unsigned kElementsAtOnce = 256;

class InboundStream {
 public:
  explicit InboundStream(const InboundConfig& config);

  // on takes one event and gives the actions that it causes, in order. The span and everything in
  // it that borrows (Stanza::bytes) live until the next call. After Disconnect or a Disconnected
  // event every further event gives no action, except PairRefused for a PairWanted.
  [[nodiscard]] std::span<const StreamAction> on(const StreamEvent& event);

  // pairs gives the authenticated pairs; `remote` is the domain of stanzas' from, `local` of to.
  [[nodiscard]] const std::set<DomainPair>& pairs() const { return pairs_; }
  // peer gives the peer, once a stream header has named one of its domains.
  [[nodiscard]] std::optional<PeerId> peer() const { return peer_; }
  [[nodiscard]] bool closed() const { return std::holds_alternative<Closed>(state_); }
  // buffered says how many octets wait for the rest of their element.
  [[nodiscard]] std::size_t buffered() const { return framer_.buffered(); }
  // rest frees what a large element needed, once nothing is buffered. Borrowed views die.
  void rest() { static_cast<void>(framer_.prepare(0)); }
  // allow_element says that time has passed: one more element that is no stanza may come. The
  // stream of a peer that sends more is closed with policy-violation, so that it costs little and
  // is on record.
  void allow_element() {
    if (elements_left_ < kElementsAtOnce) ++elements_left_;
  }
  // managed says whether the peer counts on being told what is handled.
  [[nodiscard]] bool managed() const { return received_.version().has_value(); }
  // tells_each says whether StanzasHandled names the stanzas one by one. Once true it stays so, and
  // it turns true before the first Stanza or not at all.
  [[nodiscard]] bool tells_each() const { return received_.each(); }
  // unhandled counts the stanzas that StanzasHandled has not told of.
  [[nodiscard]] std::uint64_t unhandled() const { return received_.unhandled(); }
  // may_send says whether stanzas may be written to the peer now, for the inverse of a pair. The
  // shell writes them itself and tells of each by StanzasSent; it stops when this turns false.
  [[nodiscard]] bool may_send() const {
    return both_ways_ && sent_ && std::holds_alternative<Established>(state_);
  }
  [[nodiscard]] bool may_send(const DomainPair& pair) const;
  // unacknowledged counts stanzas that StanzasSent has told of.
  [[nodiscard]] std::uint64_t unacknowledged() const { return sent_ ? sent_->unacknowledged() : 0; }
  // hears_each says whether the peer acknowledges stanza by stanza. It is fixed while may_send.
  [[nodiscard]] bool hears_each() const { return sent_ && sent_->each(); }
  // stream_id gives the id that we gave the stream; empty before the first header.
  [[nodiscard]] const std::string& stream_id() const { return id_; }

 private:
  //   Connected                header                <starttls/>         TlsEstablished
  //  ───────→ AwaitingPlainHeader ──→ AwaitingStartTls ──→ AwaitingTls ──→ AwaitingHeader
  //                (direct TLS: Connected ──────────────────↑)                 │ header
  //                                                                            ▼
  //        ┌── <auth/> refused, db:result asked or refused ──────────────→ Negotiating
  //        └─────────────────────────────────────────────────────────────────┘ │ │
  //                    <auth/> accepted                                         │ │ certificate
  //     AwaitingRestart ←───────────────────────────────────────────────────────┘ │ answers the
  //        │ header                                                               │ db:result, or
  //        └─────────────────────→ Established ←──────────────────────────────────┘ kValid
  //
  //  any of them: error, close, end tag → Closing → Closed;  Disconnected → Closed
  struct Idle {};
  struct AwaitingPlainHeader {};
  struct AwaitingStartTls {
    DomainPair pair;  // must be the same after the handshake (S6)
  };
  struct AwaitingTls {
    std::optional<DomainPair> pair{};
  };
  struct AwaitingHeader {
    std::optional<DomainPair> pair{};
    TlsFacts tls{};
  };
  struct Negotiating {
    DomainPair pair{};
    TlsFacts tls{};
    bool external_offered = false;
    bool bidi_offered = false;
    bool bidi_asked = false;
    bool challenged = false;  // an empty challenge was sent, <response/> must follow
    unsigned attempts = 0;
  };
  struct AwaitingRestart {
    DomainPair pair;  // proved by SASL EXTERNAL
    TlsFacts tls;
    bool bidi_asked = false;
  };
  struct Established {
    DomainPair pair;  // of the stream header
    TlsFacts tls;
  };
  struct Closing {
    bool accepting = false;  // stanzas before the peer's end tag still count (closed in order)
  };
  struct Closed {};
  using State =
      std::variant<Idle, AwaitingPlainHeader, AwaitingStartTls, AwaitingTls, AwaitingHeader,
                   Negotiating, AwaitingRestart, Established, Closing, Closed>;
  void handle(const Connected&);
  void handle(const Received& received);
  void handle(const TlsEstablished& established);
  void handle(const DialbackAnswered& answer);
  void handle(const VerifyRequested&);
  void handle(const StanzasSent& sent);
  void handle(const StanzasHandled& handled);
  void handle(const PairWanted& wanted);
  void handle(const CloseRequested& request);
  void handle(const Timeout& timeout);
  void handle(const Disconnected&);

  // One function for each state. A state's reference dies when state_ is assigned.
  void pull_frames();
  void frame_in(Idle&, const Frame& frame);
  void frame_in(AwaitingPlainHeader&, const Frame& frame);
  void frame_in(AwaitingStartTls& state, const Frame& frame);
  void frame_in(AwaitingTls&, const Frame& frame);
  void frame_in(AwaitingHeader& state, const Frame& frame);
  void frame_in(Negotiating& state, const Frame& frame);
  void frame_in(AwaitingRestart& state, const Frame& frame);
  void frame_in(Established& state, const Frame& frame);
  void frame_in(Closing& state, const Frame& frame);
  void frame_in(Closed&, const Frame& frame);

  // accept_header answers a header with ours and gives the pair, or fails the stream. Where a pair
  // is expected, the header must name the same one.
  std::optional<DomainPair> accept_header(const Frame& frame,
                                          const std::optional<DomainPair>& expected);
  // read_small reads an element that is not a stanza; stream errors and faults are dealt with.
  std::optional<StreamElement> read_small(const Frame& frame);

  // In inbound_authentication.cc:
  void offer_authentication(const DomainPair& pair, const TlsFacts& tls);
  // stanza_limits are those of this peer's stanzas. REQUIRES: peer_.
  [[nodiscard]] FrameLimits stanza_limits() const;
  void send_features(const Features& offered);
  void sasl_element(Negotiating& state, const StreamElement& element);
  void sasl_content(Negotiating& state, const std::string& encoded);
  void sasl_failed(Negotiating& state, SaslFailure failure, RefusalCause cause);
  void dialback_element(const StreamElement& element, const TlsFacts& tls);
  void dialback_result(const DialbackElement& request, const TlsFacts& tls);
  void dialback_verify(const DialbackElement& request);
  void answer_result(const DomainPair& pair, DialbackVerdict verdict, StanzaError condition);
  [[nodiscard]] bool may_see(const DomainPair& pair) const;
  // REQUIRES: Established.
  [[nodiscard]] bool certified(const DomainPair& pair) const;
  [[nodiscard]] const TlsFacts* authenticating_tls() const;
  void authenticate(const DomainPair& pair, AuthMethod method);

  // In inbound_management.cc:
  void management_element(const StreamElement& element);
  void enable(const ManagementElement& wanted);
  void handled_element(const StreamElement& element);
  void heard(const SentStanzas::Heard& heard, std::uint32_t h);
  void late_element(const StreamElement& element);  // behind our end tag: never an error
  void last_answer();
  void take_stanza(const Frame& frame);
  void pair_answered(const DialbackElement& answer);
  void refuse_wanted();  // none of them will be answered

  void send(std::string bytes);
  void refuse(const DomainPair& pair, RefusalCause cause,
              std::optional<CertificateFault> fault = std::nullopt);
  void refuse_certificate(const DomainPair& pair, const TlsFacts& tls, const PeerDemands& demands);
  // judged gives the handshake's facts with the certificate judged now. REQUIRES: peer_.
  [[nodiscard]] TlsFacts judged(const TlsFacts& tls) const;
  // fail ends the stream with an error: header first where none was sent (SPEC: RFC 6120 4.9.1.2).
  void fail(StreamError error, CloseCause cause = CloseCause::kProtocol,
            std::optional<FrameFault> fault = std::nullopt);
  // fail_as does the same with an element that says more. REQUIRES: our header was sent.
  void fail_as(const std::string& written, StreamError error, CloseCause cause,
               std::optional<FrameFault> fault = std::nullopt);
  void close_in_order(CloseCause cause);
  void peer_closed();
  void abandon(CloseCause cause);  // no word to the peer
  void finish();

  InboundConfig config_;
  bool management_offered_ = false;
  bool each_offered_ = false;
  bool both_ways_ = false;
  ReceivedStanzas received_;
  std::optional<SentStanzas> sent_;  // where both_ways_, from <enable/> on
  Framer framer_;
  ElementReader reader_;
  StreamIds ids_;
  std::string id_;
  bool header_sent_ = false;  // on the current stream
  unsigned elements_left_ = kElementsAtOnce;
  std::optional<PeerId> peer_;
  std::set<DomainPair> pairs_;
  std::vector<DomainPair> asked_;   // AskAuthoritative not answered yet, of the current stream
  std::vector<DomainPair> wanted_;  // PairWanted not answered yet
  State state_ = Idle{};
  std::vector<StreamAction> actions_;
};

}  // namespace guard::xmpp
