#include "guard/edge/outbound.h"

#include <algorithm>
#include <utility>

#include "guard/base/check.h"
#include "guard/edge/connection_outlet.h"
#include "guard/edge/stream_words.h"
#include "guard/net/tls_session.h"
#include "guard/xmpp/domain.h"

namespace guard::edge {

namespace {

using std::chrono::seconds;

constexpr seconds kAskAgain{1};  // about what an answer did not cover
constexpr seconds kDrainWithin{1};
// The acknowledgement of what was given, before a stream goes to a better address without it: one
// server behind the peer that takes nothing is not to hold up all others on the stream.
constexpr seconds kMoveWithin{2};
constexpr seconds kCloseWithin{5};
constexpr seconds kFinishWithin{2};
constexpr seconds kVerifyLinger{5};  // a connection made for keys alone, without a question
constexpr seconds kVerifyPause{1};   // between two of them, whoever asks
constexpr std::size_t kQuestionsCeiling = 64;

const wire::NearPeer& peer_for(const Desk& desk, const PairKey& key) {
  const wire::NearPeer* peer = desk.routes.near(key.peer);
  CHECK(peer != nullptr && !peer->addresses.empty());
  return *peer;
}

AddressLadder& ladder_for(const Desk& desk, const PairKey& key) {
  const auto found = desk.ladders.find(key.peer);
  CHECK(found != desk.ladders.end());
  return found->second;
}

}  // namespace

Outbound::Outbound(Desk& desk, PairKey key, xmpp::OutboundPurpose purpose)
    : desk_(desk),
      key_(std::move(key)),
      purpose_(purpose),
      peer_(peer_for(desk, key_)),
      ladder_(ladder_for(desk, key_)),
      own_(peer_.addresses.size()) {}

Outbound::~Outbound() {
  fail_questions();
  if (!carries_stanzas()) return;
  live_.reset();
  desk_.carrier_lost(*this, key_.peer);
}

bool Outbound::wanted() const {
  if (!questions_.empty()) return true;
  if (!carries_stanzas()) return false;
  return desk_.deliveries.pending(key_) || (live_ && live_->sending && live_->sending->pending());
}

void Outbound::wake() {
  if (live_) {
    if (live_->sending) live_->sending->wake(key_);
    return pump();
  }
  if (!retry_at_ && wanted()) connect();
}

void Outbound::on_received(std::string_view bytes) {
  if (!live_->held.empty()) return;  // the stream is over; only its end waits for a record
  act(live_->machine.on(xmpp::Received{bytes}));
  if (live_->receiving) {
    count_unfinished();
    const std::uint64_t stanzas = SendingHalf::kAhead + desk_.limits.stanza_bytes;
    if (live_->connection->queued() > live_->receiving->answers_ceiling() + stanzas) break_off();
  }
  if (live_->machine.verifying()) ladder_.worked(live_->address);
  if (live_->machine.may_send()) begin_sending();
  if (live_->draining) return end_drain(now_steady());
  if (std::exchange(live_->acknowledged, false)) pump();
}

net::TrustVerdict Outbound::judge() const {
  return desk_.trust.judge(key_.peer, live_->connection->tls()->certificate(),
                           net::CertificateUse::kServer);
}

void Outbound::on_tls() {
  live_->secured = true;
  live_->deadline = live_->began + seconds(desk_.limits.handshake_seconds);
  live_->tls = live_->connection->tls()->version();
  net::TrustVerdict verdict = judge();
  if (live_->machine.config().demands.auth == xmpp::AuthDemand::kExternalOnly) {
    live_->judge_at = verdict.until;
  }
  act(live_->machine.on(xmpp::TlsEstablished{{live_->tls, std::move(verdict.facts)}}));
}

void Outbound::judge_again(UtcTime at) {
  if (live_ && live_->judge_at) live_->judge_at = std::min(*live_->judge_at, at);
}

void Outbound::check_certificate() {
  const net::TrustVerdict verdict = judge();
  live_->judge_at = verdict.until;
  const bool wildcards = live_->machine.config().demands.wildcard_certificates;
  for (const PairKey& pair : pairs()) {
    const auto fault = xmpp::certificate_fault(verdict.facts, pair.remote, wildcards);
    if (!fault) continue;
    live_->judge_at.reset();
    live_->end = detail_of_certificate(*fault) + ' ' +
                 std::string(xmpp::to_string(xmpp::StreamError::kReset));
    if (live_->receiving) return close_recorded(xmpp::StreamError::kReset);
    return act(live_->machine.on(xmpp::CloseRequested{xmpp::StreamError::kReset}));
  }
}

void Outbound::on_written() {
  if (!live_->sending) return;
  live_->sending->written(live_->connection->written());
  pump();
}

void Outbound::pump() {
  if (!gives()) return;
  ConnectionOutlet outlet(*live_->connection);
  const std::uint32_t sent = live_->sending->pump(outlet, live_->max_bytes);
  if (sent == 0) return;
  live_->last_used = now_steady();
  if (live_->machine.managed()) act(live_->machine.on(xmpp::StanzasSent{sent}));
}

void Outbound::on_lost(std::string_view why) {
  act(live_->machine.on(xmpp::Disconnected{}));
  const Moment now = now_steady();
  // What the kernel took counts as written, whatever became of it afterwards.
  if (live_->sending) live_->sending->lost(live_->connection->written());
  if (live_->receiving) live_->receiving->close();
  const bool authenticated = live_->stream != 0;
  const bool broken = live_->end.empty();
  if (authenticated) {
    if (broken) live_->end = "lost " + std::string(why);
    report_closed();
  } else if (!carries_stanzas()) {
    // Strangers cause these: they are counted like strangers.
    if (asked_ > 0)
      desk_.journal.stranger(live_->connection->address(), "verify-failed", now_utc());
  } else {
    std::string detail = live_->failure.empty() ? live_->end : live_->failure;
    if (detail.empty()) detail = why;
    desk_.journal.report(event(wire::EdgeEvent::kConnectFailed, std::move(detail)));
  }
  const bool at_leisure = live_->at_leisure;
  const bool yields = live_->yields;
  refused_ = !authenticated && live_->refused;
  if (!at_leisure) count_failure(authenticated, broken, now);
  live_.reset();
  asked_ = 0;
  if (yields) {
    fail_questions();
  } else {
    plan_retry(at_leisure, now);
  }
  if (carries_stanzas()) desk_.carrier_lost(*this, key_.peer);
}

void Outbound::act(std::span<const xmpp::StreamAction> actions) {
  // Whoever sends on this stream is told what was wrong only once that is on record, as on one that
  // he has opened.
  bool receiving = live_->receiving.has_value();
  for (const auto& action : actions) {
    if (std::holds_alternative<xmpp::Admitted>(action)) receiving = true;
    const auto* closing = std::get_if<xmpp::Closing>(&action);
    if (closing != nullptr && receiving && closing->cause != xmpp::CloseCause::kRequested &&
        closing->cause != xmpp::CloseCause::kTimeout &&
        closing->cause != xmpp::CloseCause::kDisconnected) {
      return close_after_record(*closing, actions);
    }
  }
  for (const auto& action : actions) {
    std::visit([this](const auto& one) { act_on(one); }, action);
  }
}

void Outbound::act_on(const xmpp::Send& send) { live_->connection->send(send.bytes); }

void Outbound::act_on(const xmpp::StartTls& start) {
  net::TlsClient how;
  how.local = xmpp::ascii_or_empty(start.pair.local);
  how.remote = xmpp::ascii_or_empty(start.pair.remote);
  how.direct = live_->machine.config().direct_tls;
  live_->connection->start_tls(desk_.tls.begin(how));
}

void Outbound::act_on(const xmpp::Authenticated& authenticated) {
  live_->stream = ++desk_.last_stream;
  live_->authenticated = live_->last_used = now_steady();
  ladder_.worked(live_->address);
  own_.worked(live_->address);
  auto opened = event(wire::EdgeEvent::kStreamOpened, "");
  opened.time = live_->opened;
  desk_.journal.report(std::move(opened));
  report_pair(authenticated.pair, authenticated.method, true);
}

void Outbound::act_on(const xmpp::AuthenticationRefused& refused) {
  if (live_->stream != 0) {
    // One more pair that the peer wants: counted like a stranger, since it could ask for ever.
    return desk_.journal.stranger(live_->connection->address(), detail_of(refused), now_utc());
  }
  live_->failure = detail_of(refused);
  live_->refused = true;
}

void Outbound::act_on(const xmpp::Verified& verified) {
  if (asked_ > 0) --asked_;
  live_->last_used = now_steady();
  desk_.verified(verified);
}

void Outbound::act_on(const xmpp::Acknowledged& acknowledged) {
  live_->sending->acknowledged(acknowledged.run.first, acknowledged.run.last);
  live_->last_used = now_steady();
  live_->acknowledged = true;
}

void Outbound::act_on(const xmpp::PeerLimits& limits) {
  live_->max_bytes = limits.max_bytes.value_or(0);
  live_->idle_seconds = limits.idle_seconds.value_or(0);
}

void Outbound::act_on(const xmpp::Closing& closing) {
  if (closing.cause == xmpp::CloseCause::kDisconnected) return;  // on_lost knows more
  live_->closing = true;
  if (live_->receiving) live_->connection->pause_reading(false);  // for the peer's end
  live_->deadline = now_steady() + kCloseWithin;
  if (live_->end.empty()) live_->end = detail_of(closing);
  if (closing.cause != xmpp::CloseCause::kTimeout) live_->refused = true;
  // After an error of ours nothing that the peer says counts (SPEC: RFC 6120 4.9.1.1).
  if (closing.error && closing.cause != xmpp::CloseCause::kPeerError) act_on(xmpp::Disconnect{});
}

void Outbound::act_on(const xmpp::Disconnect&) {
  if (live_->finishing) return;
  live_->closing = true;
  live_->finishing = true;
  live_->deadline = now_steady() + kFinishWithin;
  live_->connection->finish();
}

wire::Event Outbound::event(wire::EdgeEvent kind, std::string detail) const {
  wire::Event made;
  made.time = now_utc();
  made.event = kind;
  made.stream = live_->stream;
  made.peer = key_.peer;
  made.outgoing = true;
  made.address = live_->connection->address();
  made.from = key_.local;
  made.to = key_.remote;
  made.detail = std::move(detail);
  return made;
}

bool Outbound::may_verify() const {
  return live_ && !live_->closing && live_->machine.may_verify();
}

void Outbound::ask(const xmpp::VerifyRequested& request) {
  // A connection for keys alone has as long for each question as for being made.
  if (asked_++ == 0 && !carries_stanzas()) {
    live_->deadline = now_steady() + seconds(desk_.limits.handshake_seconds);
  }
  act(live_->machine.on(request));
}

void Outbound::verify(const xmpp::VerifyRequested& request) {
  if (may_verify()) return ask(request);
  const Moment now = now_steady();
  const bool too_soon = verified_at_ && now - *verified_at_ < kVerifyPause;
  // One that is closing because it had nothing to do is made again for the question.
  const bool deaf = live_ && !live_->at_leisure;
  if (deaf || (!live_ && too_soon) || questions_.size() >= kQuestionsCeiling) {
    return desk_.verified({request.pair, request.stream_id, xmpp::DialbackVerdict::kError});
  }
  questions_.push_back(request);
  if (live_) return;
  verified_at_ = now;
  connect();
}

void Outbound::fail_questions() {
  for (const auto& question : std::exchange(questions_, {})) {
    desk_.verified({question.pair, question.stream_id, xmpp::DialbackVerdict::kError});
  }
}

void Outbound::tick(Moment now) {
  if (live_) return tick_live(now);
  if (verified_at_ && now - *verified_at_ >= kVerifyPause) verified_at_.reset();
  if (!retry_at_ || now < *retry_at_) return;
  retry_at_.reset();
  if (wanted()) connect();
}

void Outbound::tick_live(Moment now) {
  live_->machine.allow_element();
  if (live_->receiving) acknowledge();
  if (live_->closing) {
    if (now >= live_->deadline) tick_closing();
    return;
  }
  if (live_->judge_at && now_utc() >= *live_->judge_at) {
    check_certificate();
    if (live_->closing) return;
  }
  const bool asking = asked_ > 0 || !questions_.empty();
  if (live_->sending) return tick_ready(now);
  const bool waiting = carries_stanzas() || asking;
  if (waiting) {
    if (now < live_->deadline) return;
    live_->failure = live_->connected ? "authentication-deadline" : "connect-deadline";
    act(live_->machine.on(xmpp::Timeout{xmpp::TimeoutKind::kAuthentication}));
    if (!live_->closing) live_->connection->abort();
    return;
  }
  // A connection for keys alone, without a question.
  if (!asking && now - live_->last_used >= kVerifyLinger) {
    live_->at_leisure = true;
    act(live_->machine.on(xmpp::CloseRequested{std::nullopt}));
  }
}

void Outbound::end_drain(Moment now) {
  if (live_->closing) return;
  if (unsettled() && now < live_->drain_by) return update_flow();
  act(live_->machine.on(xmpp::CloseRequested{std::exchange(live_->draining, std::nullopt)}));
}

void Outbound::tick_ready(Moment now) {
  if (live_->draining) return end_drain(now);
  // What this pair alone was refused is tried again in its time, too.
  const auto better = better_due(own_, live_->address, now);
  if (better && ladder_.good(*better)) {
    own_.worked(*better);
    move(now);
  }
  if (live_->receiving && live_->machine.buffered() == 0) live_->machine.rest();
  if (now - live_->asked >= kAskAgain) {
    live_->asked = now;
    act(live_->machine.on(xmpp::Timeout{xmpp::TimeoutKind::kAcknowledgement}));
    if (live_->closing) return;
  }
  if (asked_ > 0 || !questions_.empty()) return;
  seconds rest(desk_.limits.idle_seconds);
  // The peer says when it closes: be first, so that nothing is on its way then.
  if (live_->idle_seconds > 10) rest = std::min(rest, seconds(live_->idle_seconds - 10));
  const bool emptied = live_->connection->queued() == 0 && !live_->sending->holds();
  const bool quiet = emptied && !unsettled();
  if (quiet && desk_.yields(key_)) {
    live_->yields = true;
  } else if (live_->moving && (emptied || now - live_->moved >= kMoveWithin)) {
    if (!quiet && !leave(now)) return;
  } else if (!quiet || wanted() || now - live_->last_used < rest) {
    return;
  }
  live_->at_leisure = true;
  act(live_->machine.on(xmpp::CloseRequested{std::nullopt}));
}

// What has come in is acknowledged first, if that takes no more than a second, and nothing more is
// read. True once it is over.
bool Outbound::leave(Moment now) {
  if (!std::exchange(live_->leaving, true)) live_->drain_by = now + kDrainWithin;
  update_flow();
  return now >= live_->drain_by;
}

void Outbound::tick_closing() {
  if (!live_->held.empty()) return live_->connection->abort();  // the recorder is away
  if (!live_->finishing) act(live_->machine.on(xmpp::Timeout{xmpp::TimeoutKind::kClose}));
  // What finishing waits for has its own time; past it, or without it, the end comes at once.
  if (now_steady() >= live_->deadline) live_->connection->abort();
}

void Outbound::close(std::optional<xmpp::StreamError> error) {
  if (!live_ || live_->closing) return;
  const bool gently =
      error == xmpp::StreamError::kReset || error == xmpp::StreamError::kSystemShutdown;
  if (gently && unsettled()) {
    if (!live_->draining) live_->drain_by = now_steady() + kDrainWithin;
    live_->draining = error;
    update_flow();
    return act(live_->machine.on(xmpp::Timeout{xmpp::TimeoutKind::kAcknowledgement}));
  }
  live_->draining.reset();
  act(live_->machine.on(xmpp::CloseRequested{error}));
}

void Outbound::break_off() {
  if (!live_) return;
  if (live_->end.empty()) live_->end = "stalled";
  live_->connection->abort();
}

bool Outbound::waits_for_result(const xmpp::DomainPair& pair, std::string_view stream_id) const {
  return live_ && live_->machine.waits_for_result(pair, stream_id);
}

}  // namespace guard::edge
