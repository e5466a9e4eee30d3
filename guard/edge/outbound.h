// Outbound: our stream to a peer for one pair of domains, made when there is something to deliver
// (or a key to verify), and made again when it breaks. The shell around xmpp::OutboundStream. Where
// the policy lets pairs share streams it carries others, too (PairPlaces), and where it lets
// stanzas go both ways (SPEC: XEP-0288), what the peer sends comes in here as on an Inbound.
//
//             wake                   Authenticated
//   resting ───────→ live: connecting ─────────→ live: ready ──→ bytes of the delivery queue
//      ↑               │ failed: another       │ lost, closed, idle, a better address works
//      │               ▼ address, or back-off  ▼
//      └─────────── waiting ←──────────────────┘ where something is left to deliver
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "guard/edge/address_ladder.h"
#include "guard/edge/desk.h"
#include "guard/edge/receiving_half.h"
#include "guard/edge/sending_half.h"
#include "guard/net/connection.h"
#include "guard/xmpp/outbound_stream.h"

namespace guard::edge {

class Outbound final : public net::ConnectionEvents, public Carrier {
 public:
  // REQUIRES: key.peer is a near peer that has addresses.
  Outbound(Desk& desk, PairKey key, xmpp::OutboundPurpose purpose);
  ~Outbound() override;

  // wake: there may be something to deliver.
  void wake();
  // verify asks the peer's server about a key; the answer comes through Desk::verified.
  void verify(const xmpp::VerifyRequested& request);
  // may_verify says whether a question would go on a connection that is there.
  [[nodiscard]] bool may_verify() const;

  // tick looks at the deadlines.
  void tick(Moment now);
  // close ends the stream, with `error` or in good order. It is not made again by itself. With
  // reset and system-shutdown a managed stream first waits, for a second at most, for what is not
  // acknowledged, and is given nothing more.
  void close(std::optional<xmpp::StreamError> error);
  // move_to_better closes the stream in good order, once all that it was given has ended or two
  // seconds are over, where it stands on a worse address than the first that works; it is made
  // again on that one.
  void move_to_better(Moment now);
  // address is the place of the address in use in the peer's list; 0 without a connection.
  [[nodiscard]] std::size_t address() const { return live_ ? live_->address : 0; }

  // judge_again makes the next tick from that time on look at the peer's certificate again.
  void judge_again(UtcTime at);
  // break_off drops the connection at once: something that it holds is past its deadline.
  void break_off() override;

  // As a carrier of pairs beside its own.
  [[nodiscard]] bool may_carry(const PairKey& key) const override;
  [[nodiscard]] bool may_ask(const PairKey& key) const override;
  [[nodiscard]] bool may_hope() const override;
  void carry(const PairKey& key) override;
  void ask(const PairKey& key) override;
  void wake_pair(const PairKey& key) override;
  // pairs are its own and all others that are authenticated on it.
  [[nodiscard]] std::vector<PairKey> pairs() const;
  // both_ways says whether stanzas come in on it, too.
  [[nodiscard]] bool both_ways() const { return live_ && live_->receiving.has_value(); }
  // update_flow pauses or resumes reading, as the intake and the peer's rate say.
  void update_flow();

  // idle: nothing is open, waited for, or in hand: it can be destroyed.
  [[nodiscard]] bool idle() const { return !live_ && !retry_at_ && !verified_at_; }
  [[nodiscard]] bool live() const { return live_ != nullptr; }
  // ready: there is an authenticated stream.
  [[nodiscard]] bool ready() const { return live_ && live_->stream != 0; }

  // stream is 0 before authentication.
  [[nodiscard]] std::uint64_t stream() const { return live_ ? live_->stream : 0; }

  // waits_for_result: PeerLookup::opened.
  [[nodiscard]] bool waits_for_result(const xmpp::DomainPair& pair,
                                      std::string_view stream_id) const;

  void on_connected() override;
  void on_received(std::string_view bytes) override;
  void on_tls() override;
  void on_written() override;
  void on_lost(std::string_view why) override;

 private:
  struct Live {
    explicit Live(const xmpp::OutboundConfig& config) : machine(config) {}
    std::unique_ptr<net::Connection> connection;
    xmpp::OutboundStream machine;
    xmpp::TlsVersion tls = xmpp::TlsVersion::kTls12;
    std::uint64_t stream = 0;                // 0 before authentication
    std::optional<SendingHalf> sending;      // where it carries stanzas, once they may be sent
    std::optional<ReceivingHalf> receiving;  // where they come in, too
    std::set<std::string> certified;         // the peer's domains that its certificate has proved
    std::vector<xmpp::StreamAction> held;    // the end, which waits for its record
    bool ended = false;                      // it has been reported
    UtcTime opened;
    Moment began;
    Moment deadline;  // of the connection, of authentication, then of closing
    Moment authenticated;
    Moment last_used;                 // bytes were given
    std::optional<UtcTime> judge_at;  // the certificate, where one is demanded
    std::size_t address = 0;          // its place in the peer's list
    bool connected = false;
    bool secured = false;                       // TLS is up
    bool refused = false;                       // by either end, rather than by the network
    std::optional<xmpp::StreamError> draining;  // what it will be closed with
    Moment drain_by;
    bool moving = false;  // to a better address, or stream: nothing more is given to it
    Moment moved;         // since when
    bool yields = false;  // to a stream that the peer has opened
    bool closing = false;
    bool finishing = false;
    bool acknowledged = false;       // since it was last pumped
    Moment asked;                    // the last time that kAcknowledgement was said
    bool leaving = false;            // at leisure, once what came in is acknowledged
    bool at_leisure = false;         // we closed it because there was nothing to do
    std::uint64_t max_bytes = 0;     // the peer's, 0 without one (SPEC: XEP-0478)
    std::uint64_t idle_seconds = 0;  // the peer's, 0 without one
    std::string failure;             // why it could not be authenticated
    std::string end;                 // why it ended
  };

  void connect();
  void count_failure(bool authenticated, bool broken, Moment now);
  void tick_ready(Moment now);
  void end_drain(Moment now);
  bool leave(Moment now);
  [[nodiscard]] net::TrustVerdict judge() const;
  void check_certificate();
  void pump();
  void act(std::span<const xmpp::StreamAction> actions);
  void act_on(const xmpp::Send& send);
  void act_on(const xmpp::StartTls& start);
  void act_on(const xmpp::Authenticated& authenticated);
  void act_on(const xmpp::AuthenticationRefused& refused);
  void act_on(const xmpp::AskAuthoritative&) {}
  void act_on(const xmpp::Verified& verified);
  // In outbound_sharing.cc: pairs that share the stream, and what comes in on it.
  void begin_sending();
  void act_on(const xmpp::Admitted& admitted);
  void act_on(const xmpp::PairAdded& added);
  void act_on(const xmpp::PairRefused& refused);
  void act_on(const xmpp::Stanza& stanza);
  void acknowledge();
  void tell_context();
  void count_unfinished();
  void close_after_record(const xmpp::Closing& closing,
                          std::span<const xmpp::StreamAction> actions);
  void close_recorded(xmpp::StreamError error);
  void release_held();
  void report_closed();
  void report_pair(const xmpp::DomainPair& pair, xmpp::AuthMethod method, bool outgoing);
  [[nodiscard]] bool gives() const;
  [[nodiscard]] bool must_wait() const;
  [[nodiscard]] bool unsettled() const;  // something is not acknowledged, either way

  void act_on(const xmpp::Acknowledged& acknowledged);
  void act_on(const xmpp::PeerLimits& limits);
  void act_on(const xmpp::Closing& closing);
  void act_on(const xmpp::Disconnect&);
  void ask(const xmpp::VerifyRequested& request);
  void fail_questions();
  void plan_retry(bool at_leisure, Moment now);
  void move(Moment now);
  void tick_live(Moment now);
  void tick_closing();
  [[nodiscard]] bool wanted() const;
  [[nodiscard]] bool carries_stanzas() const { return purpose_ == xmpp::OutboundPurpose::kStanzas; }
  [[nodiscard]] wire::Event event(wire::EdgeEvent kind, std::string detail) const;

  Desk& desk_;
  const PairKey key_;
  const xmpp::OutboundPurpose purpose_;
  const wire::NearPeer& peer_;
  AddressLadder& ladder_;  // of the peer: what is true for all its pairs
  AddressLadder own_;      // of this pair
  std::optional<Moment> retry_at_;
  std::optional<Moment> verified_at_;  // the last connection made for a key alone
  std::vector<xmpp::VerifyRequested> questions_;
  std::unique_ptr<Live> live_;
  bool refused_ = false;   // the last attempt, by either end
  std::size_t asked_ = 0;  // questions given to the machine and not answered
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace guard::edge
