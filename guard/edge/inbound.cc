#include "guard/edge/inbound.h"

#include <openssl/rand.h>

#include <algorithm>
#include <utility>

#include "guard/base/check.h"
#include "guard/edge/stream_words.h"
#include "guard/net/tls_session.h"
#include "guard/xmpp/domain.h"

namespace guard::edge {

namespace {

constexpr std::chrono::seconds kCloseWithin{5};     // a peer's answer to our end tag
constexpr std::chrono::seconds kStrangerWithin{1};  // a stranger's
constexpr std::chrono::seconds kFinishWithin{2};    // its end of file
constexpr std::chrono::seconds kDrainWithin{1};     // the acknowledgement of what has come
constexpr std::chrono::seconds kAskAgain{1};        // about what an answer did not cover
constexpr std::chrono::seconds kRecordWithin{10};   // the recorder's answer, then closed unsaid

xmpp::InboundConfig config_for(const Desk& desk, bool direct,
                               std::function<xmpp::CertificateFacts(PeerIndex)> judge) {
  xmpp::InboundConfig config;
  config.lookup = &desk.routes;
  config.secret = &desk.secret;
  CHECK(RAND_bytes(config.id_seed.data(), static_cast<int>(config.id_seed.size())) == 1);
  config.limits = frame_limits(desk.limits);
  config.idle_seconds = desk.limits.idle_seconds + desk.limits.ping_seconds;
  config.direct_tls = direct;
  config.judge = std::move(judge);
  return config;
}

// is_final says whether we have sent a stream error: nothing that the peer says counts any more,
// so its end tag is not waited for (SPEC: RFC 6120 4.9.1.1).
bool is_final(const xmpp::Closing& closing) {
  return closing.error && closing.cause != xmpp::CloseCause::kPeerError;
}

}  // namespace

Inbound::Inbound(Desk& desk, std::uint64_t number, std::unique_ptr<net::Connection> connection,
                 net::Admission::Pass pass, bool direct)
    : desk_(desk),
      number_(number),
      connection_(std::move(connection)),
      pass_(std::move(pass)),
      direct_(direct),
      machine_(config_for(desk, direct, [this](PeerIndex peer) { return judge(peer).facts; })),
      opened_(now_utc()),
      deadline_(now_steady() + std::chrono::seconds(desk.limits.handshake_seconds)),
      last_heard_(now_steady()) {}

Inbound::~Inbound() {
  *alive_ = false;
  if (!sending_) return;
  sending_.reset();
  desk_.carrier_lost(*this, *machine_.peer());
}

std::optional<PeerIndex> Inbound::peer() const {
  if (!receiving_) return std::nullopt;
  return receiving_->peer();
}

bool Inbound::allowed() const {
  const auto peer = machine_.peer();
  if (!peer) return true;
  return receiving_ && std::ranges::all_of(machine_.pairs(), [&](const xmpp::DomainPair& pair) {
           return desk_.routes.may_carry(*peer, pair.local, pair.remote);
         });
}

void Inbound::begin() {
  connection_->start(*this);
  act(machine_.on(xmpp::Connected{}));
}

void Inbound::on_received(std::string_view bytes) {
  last_heard_ = now_steady();
  heard_ = true;
  pinged_ = false;
  if (!held_.empty()) return;  // the stream is over; only its end waits for a record
  act(machine_.on(xmpp::Received{bytes}));
  count_unfinished(machine_.closed() ? 0 : machine_.buffered());
  if (machine_.may_send()) begin_sending();
  if (std::exchange(acknowledged_, false)) pump();
  // What is given ahead of the kernel is bounded by the half itself, but for the last stanza.
  const std::uint64_t ahead = sending_ ? SendingHalf::kAhead + desk_.limits.stanza_bytes : 0;
  const std::uint64_t answers =
      receiving_ ? receiving_->answers_ceiling() : ReceivingHalf::kAnswers;
  if (!gone_ && connection_->queued() > answers + ahead) {
    if (refusal_.empty()) refusal_ = "does-not-read";
    connection_->abort();
  }
}

void Inbound::count_unfinished(std::size_t octets) {
  if (!receiving_ || receiving_->begun(octets) || closing_) return;
  close_recorded(xmpp::StreamError::kResourceConstraint);
}

void Inbound::on_tls() {
  const net::TlsSession& tls = *connection_->tls();
  tls_ = tls.version();
  act(machine_.on(xmpp::TlsEstablished{{tls.version(), tls.certificate().facts()}}));
}

net::TrustVerdict Inbound::judge(PeerIndex peer) const {
  const wire::NearPeer* near = desk_.routes.near(peer);
  CHECK(near != nullptr && connection_->tls() != nullptr);
  return desk_.trust.judge(
      peer, connection_->tls()->certificate(),
      near->client_usage_optional ? net::CertificateUse::kEither : net::CertificateUse::kClient);
}

void Inbound::judge_again(UtcTime at) {
  if (judge_at_) judge_at_ = std::min(*judge_at_, at);
}

void Inbound::check_certificate() {
  const PeerIndex peer = *machine_.peer();
  const net::TrustVerdict verdict = judge(peer);
  judge_at_ = verdict.until;
  const bool wildcards = desk_.routes.demands(peer).wildcard_certificates;
  for (const std::string& domain : certified_) {
    const auto fault = xmpp::certificate_fault(verdict.facts, domain, wildcards);
    if (!fault) continue;
    judge_at_.reset();
    return close_recorded(xmpp::StreamError::kReset, detail_of_certificate(*fault));
  }
}

void Inbound::on_lost(std::string_view why) {
  act(machine_.on(xmpp::Disconnected{}));
  gone_ = true;
  if (sending_) {
    // What the kernel took counts as written, whatever became of it afterwards.
    sending_->lost(connection_->written());
    sending_.reset();
    desk_.carrier_lost(*this, *machine_.peer());
  }
  if (receiving_) {
    end_stream("lost " + std::string(why));
    receiving_->close();
  } else {
    desk_.journal.stranger(connection_->address(), refusal_.empty() ? why : refusal_, now_utc());
  }
}

void Inbound::act(std::span<const xmpp::StreamAction> actions) {
  // An authenticated stream is told why it is closed only once that is on record.
  bool authenticated = receiving_.has_value();
  for (const auto& action : actions) {
    if (std::holds_alternative<xmpp::Authenticated>(action)) authenticated = true;
    const auto* closing = std::get_if<xmpp::Closing>(&action);
    if (authenticated && closing != nullptr && closing->cause != xmpp::CloseCause::kRequested &&
        closing->cause != xmpp::CloseCause::kDisconnected) {
      return close_after_record(*closing, actions, detail_of(*closing));
    }
  }
  for (const auto& action : actions) {
    std::visit([this](const auto& one) { act_on(one); }, action);
  }
}

void Inbound::close_after_record(const xmpp::Closing& closing,
                                 std::span<const xmpp::StreamAction> actions, std::string detail) {
  for (const auto& action : actions) {
    if (std::holds_alternative<xmpp::Send>(action) ||
        std::holds_alternative<xmpp::Disconnect>(action)) {
      held_.push_back(action);
    } else if (!std::holds_alternative<xmpp::Closing>(action)) {
      std::visit([this](const auto& one) { act_on(one); }, action);
    }
  }
  closing_ = true;
  deadline_ = now_steady() + kRecordWithin;
  if (is_final(closing)) held_.emplace_back(xmpp::Disconnect{});
  if (ended_) return release_held();
  ended_ = true;
  desk_.journal.report(event(wire::EdgeEvent::kStreamClosed, std::move(detail)),
                       [this, alive = alive_] {
                         if (*alive) release_held();
                       });
}

void Inbound::release_held() {
  if (gone_) return;
  deadline_ = now_steady() + kCloseWithin;
  const auto actions = std::exchange(held_, {});
  for (const auto& action : actions) {
    std::visit([this](const auto& one) { return act_on(one); }, action);
  }
}

void Inbound::act_on(const xmpp::Send& send) { connection_->send(send.bytes); }

void Inbound::act_on(const xmpp::StartTls& start) {
  net::TlsServer how;
  how.direct = direct_;
  if (const auto local = xmpp::ascii_domain(start.pair.local)) how.local = *local;
  // With direct TLS nobody has said yet who he is: SNI alone chooses, from what some peer may see.
  const auto peer = desk_.routes.peer_of(start.pair.remote);
  how.may_show = [this, peer](std::string_view name) {
    const auto normal = xmpp::normal_domain(name);
    if (!normal) return false;
    if (direct_) return desk_.routes.shows(*normal);
    return peer && desk_.routes.represents(*peer, *normal);
  };
  connection_->start_tls(desk_.tls.answer(how));
}

void Inbound::act_on(const xmpp::Authenticated& authenticated) {
  const auto peer = machine_.peer();
  CHECK(peer.has_value());
  if (!receiving_) {
    receiving_.emplace(desk_, ++desk_.last_stream, *peer);
    pair_ = authenticated.pair;
    auto opened = event(wire::EdgeEvent::kStreamOpened, "");
    opened.time = opened_;
    desk_.journal.report(std::move(opened));
  }
  if (authenticated.method != xmpp::AuthMethod::kDialback) {
    certified_.insert(authenticated.pair.remote);
    judge_at_ = judge(*peer).until;
  }
  report_pair(authenticated.pair, authenticated.method);
  receiving_->context(machine_.pairs(), certified_, connection_->tls()->certificate());
  update_flow();  // the peer may have too much open on other streams
}

void Inbound::act_on(const xmpp::AuthenticationRefused& refused) {
  refusal_ = detail_of(refused);
  // A peer that asks for one more pair is counted like a stranger: it could ask for ever.
  if (receiving_) desk_.journal.stranger(connection_->address(), refusal_, now_utc());
}

void Inbound::act_on(const xmpp::AskAuthoritative& ask) { desk_.ask(number_, ask); }

void Inbound::act_on(const xmpp::Stanza& stanza) {
  CHECK(receiving_.has_value());
  if (machine_.tells_each()) receiving_->each();
  receiving_->take(stanza.bytes);
}

void Inbound::act_on(const xmpp::Closing& closing) {
  if (closing.cause == xmpp::CloseCause::kDisconnected) return;  // on_lost knows more
  closing_ = true;
  deadline_ = now_steady() + (receiving_ ? kCloseWithin : kStrangerWithin);
  if (receiving_) {
    end_stream(detail_of(closing));
  } else if (refusal_.empty()) {
    refusal_ = detail_of(closing);
  }
  if (is_final(closing)) act_on(xmpp::Disconnect{});
}

void Inbound::act_on(const xmpp::Disconnect&) {
  if (finishing_) return;
  closing_ = true;
  finishing_ = true;
  deadline_ = now_steady() + kFinishWithin;
  connection_->finish();
}

void Inbound::end_stream(std::string detail) {
  if (ended_) return;
  ended_ = true;
  desk_.journal.report(event(wire::EdgeEvent::kStreamClosed, std::move(detail)));
}

wire::Event Inbound::event(wire::EdgeEvent kind, std::string detail) const {
  wire::Event made;
  made.time = now_utc();
  made.event = kind;
  made.stream = stream();
  made.peer = machine_.peer().value_or(wire::kNoPeer);
  made.outgoing = false;
  made.address = connection_->address();
  made.from = pair_.remote;
  made.to = pair_.local;
  made.detail = std::move(detail);
  return made;
}

void Inbound::tick(Moment now) {
  if (gone_) return;
  machine_.allow_element();
  acknowledge();
  if (draining_) return end_drain(now);
  if (closing_ || !receiving_) {
    if (now < deadline_) return;
    if (closing_) return tick_closing();
    if (refusal_.empty()) refusal_ = "authentication-deadline";
    if (heard_) act(machine_.on(xmpp::Timeout{xmpp::TimeoutKind::kAuthentication}));
    if (!closing_) connection_->abort();  // nobody to say it to
    return;
  }
  if (judge_at_ && now_utc() >= *judge_at_) {
    check_certificate();
    if (closing_) return;
  }
  if (sending_ && now - asked_ >= kAskAgain) {
    asked_ = now;
    act(machine_.on(xmpp::Timeout{xmpp::TimeoutKind::kAcknowledgement}));
  }
  const auto silence = now - last_heard_;
  if (silence >= std::chrono::seconds(1)) machine_.rest();
  const auto idle = std::chrono::seconds(desk_.limits.idle_seconds);
  // While we do not read, silence is ours.
  if (must_wait()) {
    last_heard_ = now;
  } else if (silence >= idle + std::chrono::seconds(desk_.limits.ping_seconds)) {
    act(machine_.on(xmpp::Timeout{xmpp::TimeoutKind::kIdle}));
  } else if (silence >= idle && !pinged_) {
    pinged_ = true;
    act(machine_.on(xmpp::Timeout{xmpp::TimeoutKind::kKeepalive}));
  }
}

// This happens at the tick and never between two. What a low peer is told does not wait for the
// high side: the recorder sees to that (wire::Settled).
void Inbound::acknowledge() {
  if (!receiving_) return;
  xmpp::StanzasHandled handled = receiving_->take_handled();
  if (handled.count > 0 || !handled.runs.empty()) act(machine_.on(handled));
}

void Inbound::end_drain(Moment now) {
  if ((machine_.unhandled() > 0 || machine_.unacknowledged() > 0) && now < drain_by_) {
    return update_flow();
  }
  act(machine_.on(xmpp::CloseRequested{std::exchange(draining_, std::nullopt)}));
}

void Inbound::tick_closing() {
  // The recorder is away or the peer does not answer: the end comes unsaid.
  if (finishing_ || !held_.empty()) return connection_->abort();
  act(machine_.on(xmpp::Timeout{xmpp::TimeoutKind::kClose}));
  if (!finishing_) connection_->abort();
}

void Inbound::close(std::optional<xmpp::StreamError> error) {
  if (gone_ || closing_) return;
  const bool gently =
      error == xmpp::StreamError::kReset || error == xmpp::StreamError::kSystemShutdown;
  const bool open = machine_.unhandled() > 0 || machine_.unacknowledged() > 0;
  if (gently && machine_.managed() && open) {
    if (!draining_) drain_by_ = now_steady() + kDrainWithin;
    draining_ = error;
    return update_flow();
  }
  draining_.reset();
  act(machine_.on(xmpp::CloseRequested{error}));
}

void Inbound::close_recorded(xmpp::StreamError error, std::string why) {
  xmpp::Closing closing;
  closing.cause = xmpp::CloseCause::kRequested;
  closing.error = error;
  std::string detail = detail_of(closing);
  if (!why.empty()) detail = std::move(why) + ' ' + std::string(xmpp::to_string(error));
  close_after_record(closing, machine_.on(xmpp::CloseRequested{error}), std::move(detail));
}

void Inbound::update_flow() {
  if (gone_ || closing_ || !receiving_) return;
  connection_->pause_reading(must_wait());
}

// What acknowledges the stanzas that went out has to be read first.
bool Inbound::must_wait() const {
  if (draining_) return machine_.unacknowledged() == 0;
  return receiving_->must_wait();
}

void Inbound::dialback_answered(const xmpp::DialbackAnswered& answer) {
  if (!gone_ && held_.empty()) act(machine_.on(answer));
}

}  // namespace guard::edge
