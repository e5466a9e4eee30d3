// Inbound: one connection that a peer (or a stranger) has opened to us. The shell around
// xmpp::InboundStream: it owns the socket and the deadlines and carries out the machine's actions.
//
//   accepted ─→ stranger ──Authenticated──→ peer ──Closing──→ closing ──Disconnect──→ finishing
//                  │                          │                  │ waits for EventsStored, where
//                  └── deadline, refusal ──→ finishing           ▼ the peer made us close
//                                               └──→ gone      held actions
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "guard/edge/desk.h"
#include "guard/edge/pair_places.h"
#include "guard/edge/receiving_half.h"
#include "guard/edge/sending_half.h"
#include "guard/net/admission.h"
#include "guard/net/connection.h"
#include "guard/xmpp/inbound_stream.h"

namespace guard::edge {

class Inbound final : public net::ConnectionEvents, public Carrier {
 public:
  // `number` names the connection within the edge; it is not the number of a stream.
  // `direct`: TLS from the first octet on.
  Inbound(Desk& desk, std::uint64_t number, std::unique_ptr<net::Connection> connection,
          net::Admission::Pass pass, bool direct);
  ~Inbound() override;

  void begin();

  // tick looks at the deadlines; call it four times each second.
  void tick(Moment now);
  // close sends `error`, or an end tag without one, and closes. It waits for no record; but with
  // reset and system-shutdown a managed stream is given nothing more, for a second at most, until
  // what went out is acknowledged, and read no further, until all that came is.
  void close(std::optional<xmpp::StreamError> error);
  // judge_again makes the next tick from that time on look at the peer's certificate again.
  void judge_again(UtcTime at);
  // update_flow pauses or resumes reading, as the intake and the peer's rate say.
  void update_flow();
  void dialback_answered(const xmpp::DialbackAnswered& answer);

  // stream is 0 before authentication.
  [[nodiscard]] std::uint64_t stream() const { return receiving_ ? receiving_->stream() : 0; }
  [[nodiscard]] bool gone() const { return gone_; }
  // peer is whose stream this is, once it is authenticated.
  [[nodiscard]] std::optional<PeerIndex> peer() const;
  // allowed says whether the routes have all that the stream stands for: each authenticated pair.
  // Somebody who has said who he is and not proved it is not allowed: he is to begin again.
  [[nodiscard]] bool allowed() const;

  // As a carrier: on a bidirectional stream, for the inverse of what the peer's certificate proves.
  [[nodiscard]] bool may_carry(const PairKey& key) const override;
  [[nodiscard]] bool may_ask(const PairKey& key) const override;
  [[nodiscard]] bool may_hope() const override { return false; }
  void carry(const PairKey& key) override;
  void ask(const PairKey& key) override;
  void wake_pair(const PairKey& key) override;
  void break_off() override;
  // opener is the peer's domain that the stream was opened for.
  [[nodiscard]] const std::string& opener() const { return pair_.remote; }

  void on_connected() override {}
  void on_received(std::string_view bytes) override;
  void on_tls() override;
  void on_written() override;
  void on_lost(std::string_view why) override;

 private:
  void act(std::span<const xmpp::StreamAction> actions);
  void act_on(const xmpp::Send& send);
  void act_on(const xmpp::StartTls& start);
  void act_on(const xmpp::Authenticated& authenticated);
  void act_on(const xmpp::AuthenticationRefused& refused);
  void act_on(const xmpp::AskAuthoritative& ask);
  void act_on(const xmpp::Verified&) {}
  void act_on(const xmpp::Stanza& stanza);
  void act_on(const xmpp::Admitted&) {}
  void act_on(const xmpp::PairAdded& added);
  void act_on(const xmpp::PairRefused& refused);
  void act_on(const xmpp::Acknowledged& acknowledged);
  void act_on(const xmpp::PeerLimits&) {}
  void act_on(const xmpp::Closing& closing);
  void act_on(const xmpp::Disconnect&);

  // In inbound_sending.cc: what goes out on a bidirectional stream.
  void begin_sending();
  void pump();
  [[nodiscard]] bool gives() const;
  void report_pair(const xmpp::DomainPair& pair, xmpp::AuthMethod method);

  // acknowledge tells the peer what has been handled since the last tick.
  void acknowledge();
  void end_drain(Moment now);
  void close_after_record(const xmpp::Closing& closing, std::span<const xmpp::StreamAction> actions,
                          std::string detail);
  // close_recorded closes for a reason of our own, once that is on record; `why` stands before the
  // error in the record, instead of "requested".
  void close_recorded(xmpp::StreamError error, std::string why = {});
  [[nodiscard]] net::TrustVerdict judge(PeerIndex peer) const;
  // check_certificate closes the stream where what has let it in would not do so now (SPEC: RFC
  // 6120 13.7.2.3).
  void check_certificate();
  [[nodiscard]] bool must_wait() const;
  void release_held();
  void tick_closing();
  void count_unfinished(std::size_t octets);
  void end_stream(std::string detail);
  [[nodiscard]] wire::Event event(wire::EdgeEvent kind, std::string detail) const;

  Desk& desk_;
  const std::uint64_t number_;
  std::unique_ptr<net::Connection> connection_;
  net::Admission::Pass pass_;
  const bool direct_;
  xmpp::InboundStream machine_;
  xmpp::TlsVersion tls_ = xmpp::TlsVersion::kTls12;
  xmpp::DomainPair pair_;            // the first that was authenticated
  std::set<std::string> certified_;  // the peer's domains that its certificate has proved
  std::optional<SendingHalf> sending_;
  bool acknowledged_ = false;               // since it was last pumped
  Moment asked_;                            // the last time that kAcknowledgement was said
  std::optional<UtcTime> judge_at_;         // when that is to be looked at again
  std::optional<ReceivingHalf> receiving_;  // from the first authenticated pair on
  UtcTime opened_;
  Moment deadline_;  // of authentication, then of closing
  Moment last_heard_;
  bool heard_ = false;   // anything at all
  bool pinged_ = false;  // a white space character was sent into the silence
  bool closing_ = false;
  std::optional<xmpp::StreamError> draining_;  // what it will be closed with
  Moment drain_by_;
  bool finishing_ = false;
  bool ended_ = false;  // the closing event has been reported
  bool gone_ = false;
  std::string refusal_;  // why a stranger was refused, if he was
  std::vector<xmpp::StreamAction> held_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace guard::edge
