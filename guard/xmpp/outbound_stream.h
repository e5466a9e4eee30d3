// OutboundStream: a connection that we opened to a peer. Pure: no socket, no clock, no TLS.
//
// Where the peer offers stream management behind EXTERNAL it is enabled before anything is sent
// (SPEC: XEP-0198; S22). The shell tells of each stanza that it writes, and hears which the peer
// has acknowledged. One <r/> at a time goes out behind a burst. What its answer did not cover is
// asked about again only with newer stanzas, or at Timeout{kAcknowledgement}: a peer that is slow
// to take responsibility is not asked in a circle.
//
// The guard is the initiating entity for a pair of domains, or opens the stream only to ask the
// peer's server, as authoritative server, about keys (db:verify). Stanzas go out on this stream,
// for its pair and for those that PairWanted has added.
//
// Where both the policy and the peer allow it and its certificate names the pair's domain, the
// stream is made bidirectional before EXTERNAL (SPEC: XEP-0288; S21): stanzas come in, too, for the
// inverse of the authenticated pairs and no other. The peer may add pairs to such a stream with a
// db:result that its certificate answers (SPEC: XEP-0344).
//
// Invariants: Authenticated comes at most once, and only from the peer's <success/> or its
// db:result type='valid' for exactly our pair, over TLS that satisfies the peer's demands;
// PairAdded only from its db:result type='valid' for exactly that pair; Admitted only for a pair
// that the peer's certificate proves, and nothing is a Stanza before it; every VerifyRequested gets
// exactly one Verified, every PairWanted exactly one PairAdded or PairRefused.
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
#include "guard/xmpp/sent_stanzas.h"
#include "guard/xmpp/stream_event.h"
#include "guard/xmpp/stream_management.h"

namespace guard::xmpp {

enum class OutboundPurpose : std::uint8_t {
  kStanzas,     // authenticate, then carry stanzas; may carry db:verify as well
  kVerifyOnly,  // carry db:verify as soon as TLS and features are there
};

// OutboundConfig: the secret outlives the machine.
struct OutboundConfig {
  DomainPair pair{};      // local: who we are; remote: whom we want
  PeerDemands demands{};  // of the peer that remote belongs to
  const DialbackSecret* secret = nullptr;
  OutboundPurpose purpose = OutboundPurpose::kStanzas;
  bool have_certificate = false;  // we present one that names pair.local: EXTERNAL is worth trying
  bool direct_tls = false;
  // For what the peer may do on a bidirectional stream; without a lookup no stream is.
  const PeerLookup* lookup = nullptr;
  PeerId peer = 0;
  FrameLimits limits{};  // of its stanzas
  // judge says what the server's certificate is worth now; asked for each pair that is to share the
  // stream. Where it is empty, the facts that came with TlsEstablished hold.
  std::function<CertificateFacts()> judge{};
};

inline constexpr std::size_t kPairsOfStream = 64;  // ours, wanted ones, and the peer's
inline constexpr std::size_t kPendingVerifyCeiling = 256;
inline constexpr unsigned kFeaturesCeiling = 8;  // that a peer may repeat on a stream that is ready
// Elements of stream management that nothing of ours has called for: so many at once, and one more
// for each allow_element.
inline constexpr unsigned kUnaskedAtOnce = 256;

class OutboundStream {
 public:
  explicit OutboundStream(const OutboundConfig& config);

  // on takes one event and gives the actions that it causes, in order; the span lives until the
  // next call. After Disconnect or a Disconnected event: no action, except Verified{kError} for a
  // VerifyRequested that comes too late.
  [[nodiscard]] std::span<const StreamAction> on(const StreamEvent& event);

  // may_send says whether stanzas of the pair may be written to the peer now. The shell writes
  // them itself; it stops when this turns false.
  [[nodiscard]] bool may_send() const { return std::holds_alternative<Ready>(state_); }
  // managed says whether the peer acknowledges what it gets; StanzasSent is due for each stanza
  // then. It does not change while may_send.
  [[nodiscard]] bool managed() const { return sent_.has_value(); }
  // unacknowledged counts stanzas that StanzasSent has told of; 0 where not managed.
  [[nodiscard]] std::uint64_t unacknowledged() const { return sent_ ? sent_->unacknowledged() : 0; }
  // hears_each says whether the peer acknowledges stanza by stanza. It is fixed while may_send.
  [[nodiscard]] bool hears_each() const { return sent_ && sent_->each(); }
  // pairs are those that stanzas may go out for; where both_ways, their inverses may come in.
  [[nodiscard]] const std::set<DomainPair>& pairs() const { return pairs_; }
  // may_add says whether the peer is known to take more pairs (SPEC: S19), and has room for one.
  [[nodiscard]] bool may_add() const;
  [[nodiscard]] bool both_ways() const { return both_ways_; }
  // tells_each and unhandled: as for InboundStream.
  [[nodiscard]] bool tells_each() const { return received_.each(); }
  [[nodiscard]] std::uint64_t unhandled() const { return received_.unhandled(); }
  // buffered says how many octets wait for the rest of their element.
  [[nodiscard]] std::size_t buffered() const { return framer_.buffered(); }
  // rest frees what a large element needed, once nothing is buffered. Borrowed views die.
  void rest() { static_cast<void>(framer_.prepare(0)); }
  // allow_element says that time has passed: one more element that was not called for may come.
  void allow_element() {
    if (unasked_left_ < kUnaskedAtOnce) ++unasked_left_;
  }
  // verifying says whether a stream for keys alone has got as far as it can: TLS and features are
  // there, and the server is what the policy demands.
  [[nodiscard]] bool verifying() const { return std::holds_alternative<Verifying>(state_); }
  // may_verify says whether a VerifyRequested would be accepted (it may be queued for a moment).
  [[nodiscard]] bool may_verify() const;
  [[nodiscard]] bool closed() const { return std::holds_alternative<Closed>(state_); }
  [[nodiscard]] const OutboundConfig& config() const { return config_; }

  // dialback_id gives the id that the peer gave this stream, from the moment when db:result is
  // sent until it is answered: what PeerLookup::opened answers for (pair, id). Empty otherwise.
  [[nodiscard]] const std::string& dialback_id() const { return dialback_id_; }
  // waits_for_result says whether the stream has that id and a db:result for the pair is not
  // answered: PeerLookup::opened.
  [[nodiscard]] bool waits_for_result(const DomainPair& pair, std::string_view stream_id) const;

 private:
  //  Connected            header               features            <proceed/>     TlsEstablished
  //  ──→ AwaitingPlainHeader → AwaitingStartTls ──→ AwaitingProceed ──→ AwaitingTls ──┐
  //              (direct TLS: Connected ───────────────────────────────────↑)         ▼
  //                                                                          AwaitingHeader
  //         verify only                     features                              │ header
  //  Verifying ←───────────────────────── AwaitingFeatures ←─────────────────────-┘
  //                                          │        │
  //                      EXTERNAL offered    │        │ dialback (allowed, or XEP-0344; no
  //                      EXTERNAL)
  //                                          ▼        │
  //      AwaitingRestart ←─ <success/> ─ AwaitingSasl │
  //         │ header                         │ <failure/>, where dialback is allowed
  //         ▼                                ▼        ▼
  //      AwaitingFinalFeatures            AwaitingResult
  //         │ features  └────────────┐       │ type='valid'
  //         │ with <sm/>             ▼       │
  //         └→ AwaitingEnabled ──→ Ready ←───┘
  //                <enabled/>, <failed/>
  //
  //  any of them: error, close, end tag → Closing → Closed;  Disconnected → Closed
  struct Idle {};
  struct AwaitingPlainHeader {};
  struct AwaitingStartTls {};
  struct AwaitingProceed {};
  struct AwaitingTls {};
  struct AwaitingHeader {};
  struct AwaitingFeatures {
    std::string id{};  // the peer's, for this stream
    bool dialback_declared = false;
  };
  struct AwaitingSasl {
    std::string id{};
    bool may_dial_back = false;  // policy and peer allow it after a <failure/>
    bool bidi_asked = false;
  };
  struct AwaitingRestart {};
  struct AwaitingFinalFeatures {};
  struct AwaitingEnabled {
    ManagementVersion version = ManagementVersion::k3;
    bool each = false;
  };
  struct AwaitingResult {};
  struct Verifying {};
  struct Ready {};
  struct Closing {
    bool discarding = false;  // after an error nothing that the peer says matters
  };
  struct Closed {};
  using State = std::variant<Idle, AwaitingPlainHeader, AwaitingStartTls, AwaitingProceed,
                             AwaitingTls, AwaitingHeader, AwaitingFeatures, AwaitingSasl,
                             AwaitingRestart, AwaitingFinalFeatures, AwaitingEnabled,
                             AwaitingResult, Verifying, Ready, Closing, Closed>;

  void handle(const Connected&);
  void handle(const Received& received);
  void handle(const TlsEstablished& established);
  void handle(const DialbackAnswered&);
  void handle(const VerifyRequested& request);
  void handle(const StanzasSent& sent);
  void handle(const StanzasHandled& handled);
  void handle(const PairWanted& wanted);
  void handle(const CloseRequested& request);
  void handle(const Timeout& timeout);
  void handle(const Disconnected&);

  void pull_frames();
  void element_frame(const Frame& frame);
  // One function for each state. A state's reference dies when state_ is assigned.
  void element_in(Idle&, const StreamElement&);
  void element_in(AwaitingPlainHeader&, const StreamElement&);
  void element_in(AwaitingStartTls&, const StreamElement& element);
  void element_in(AwaitingProceed&, const StreamElement& element);
  void element_in(AwaitingTls&, const StreamElement&);
  void element_in(AwaitingHeader&, const StreamElement&);
  void element_in(AwaitingFeatures& state, const StreamElement& element);
  void element_in(AwaitingSasl& state, const StreamElement& element);
  void element_in(AwaitingRestart&, const StreamElement&);
  void element_in(AwaitingFinalFeatures&, const StreamElement& element);
  void element_in(AwaitingEnabled& state, const StreamElement& element);
  void element_in(AwaitingResult&, const StreamElement& element);
  void element_in(Verifying&, const StreamElement& element);
  void element_in(Ready&, const StreamElement& element);
  void element_in(Closing&, const StreamElement& element);
  void element_in(Closed&, const StreamElement&);

  void open_stream();
  void begin_tls();
  void header_arrived(const Frame& frame);
  void dial_back(const std::string& id);
  [[nodiscard]] bool may_dial_by_certificate(const Features& features) const;
  void note_features(const Features& features);
  void ready(AuthMethod method);
  void authenticated(AuthMethod method);
  void dialback_element(const StreamElement& element);
  // In outbound_management.cc:
  void take_stanza(const Frame& frame);
  void last_answer();
  void management_element(const StreamElement& element);
  void handled_element(const StreamElement& element);
  void heard(const SentStanzas::Heard& heard, std::uint32_t h);
  void admit(const DomainPair& pair);
  void pair_asked(const DialbackElement& request);
  void pair_answered(const DialbackElement& answer);
  [[nodiscard]] bool certified(const DomainPair& pair) const;
  [[nodiscard]] bool may_see(const DomainPair& pair) const;
  // unasked takes one of what the peer may say without being asked; false, and the stream is
  // failed, where none is left.
  bool unasked();
  void open_verify();
  void send_verify(const VerifyRequested& request);
  void verify_answered(const DialbackElement& answer);
  void result_answered(const DialbackElement& answer);
  // read_answer gives a dialback answer; everything else fails the stream.
  std::optional<DialbackElement> read_answer(const StreamElement& element);

  void send(std::string bytes);
  void unexpected(const StreamElement& element);
  void give_up(RefusalCause cause, std::optional<StreamError> error,
               std::optional<CertificateFault> fault = std::nullopt);
  void fail(StreamError error, CloseCause cause = CloseCause::kProtocol,
            std::optional<FrameFault> fault = std::nullopt);
  // fail_as does the same with an element that says more. REQUIRES: our header was sent.
  void fail_as(const std::string& written, StreamError error, CloseCause cause,
               std::optional<FrameFault> fault = std::nullopt);
  void close_in_order(CloseCause cause);
  void peer_closed();
  void abandon(CloseCause cause);  // no word to the peer
  void finish();
  void end_verify();  // what is not answered will not be: Verified{kError}, PairRefused

  OutboundConfig config_;
  TlsFacts tls_;
  std::string id_;  // the peer's, for the current stream
  bool takes_pairs_ = false;
  bool both_ways_ = false;
  bool admitted_ = false;  // stanzas may come in
  std::set<DomainPair> pairs_;
  std::vector<DomainPair> wanted_;  // PairWanted not answered yet
  ReceivedStanzas received_;
  std::optional<SentStanzas> sent_;
  unsigned unasked_left_ = kUnaskedAtOnce;
  Framer framer_;
  ElementReader reader_;
  bool header_sent_ = false;
  bool verify_open_ = false;  // db:verify may be written now
  unsigned repeated_features_ = 0;
  std::string dialback_id_;
  std::vector<VerifyRequested> waiting_;    // not written yet
  std::vector<VerifyRequested> verifying_;  // written, not answered
  State state_ = Idle{};
  std::vector<StreamAction> actions_;
};

}  // namespace guard::xmpp
