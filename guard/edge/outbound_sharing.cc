// The part of Outbound that shares its stream: with other pairs of the same peer (SPEC:
// XEP-0220 2.6), and with what the peer sends (SPEC: XEP-0288).
//
// INVARIANT(NO_OTHER_PATH): what comes in goes to the receiving half and what goes out comes from
// the sending half; they have the connection in common and nothing else.
#include <algorithm>
#include <utility>

#include "guard/edge/outbound.h"
#include "guard/edge/shown_certificate.h"
#include "guard/edge/stream_words.h"

namespace guard::edge {

namespace {
constexpr std::chrono::seconds kRecordWithin{10};  // the recorder's answer, then closed unsaid
}  // namespace

// ---- pairs that go out --------------------------------------------------------------------------

bool Outbound::gives() const {
  return live_ && live_->sending && live_->machine.may_send() && !live_->closing &&
         !live_->moving && !live_->leaving && !live_->draining;
}

bool Outbound::may_carry(const PairKey& key) const {
  return gives() && key.peer == key_.peer &&
         live_->machine.pairs().contains({key.remote, key.local}) &&
         (!live_->machine.both_ways() || shows(*live_->connection->tls(), key.local));
}

bool Outbound::may_ask(const PairKey& key) const {
  if (!gives() || key.peer != key_.peer || !live_->machine.may_add()) return false;
  // A peer that goes by certificates has to find the name in ours.
  const bool dials_back =
      !live_->machine.both_ways() && xmpp::allows_dialback(live_->machine.config().demands);
  return dials_back || shows(*live_->connection->tls(), key.local);
}

bool Outbound::may_hope() const {
  if (!carries_stanzas() || refused_) return false;
  if (!live_) return retry_at_.has_value();
  return !live_->sending && !live_->closing && !live_->refused;
}

void Outbound::begin_sending() {
  if (live_->sending || !carries_stanzas()) return;
  Acknowledging how = Acknowledging::kNone;
  if (live_->machine.managed()) {
    how = live_->machine.hears_each() ? Acknowledging::kEach : Acknowledging::kInOrder;
  }
  live_->sending.emplace(desk_.deliveries, how);
  live_->sending->carry(key_);
  desk_.carrier_ready(key_.peer);
  // Not from within what the machine has just said.
  desk_.loop.defer([this, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired() && live_) pump();
  });
}

void Outbound::carry(const PairKey& key) {
  live_->sending->carry(key);
  pump();
}

void Outbound::ask(const PairKey& key) {
  act(live_->machine.on(xmpp::PairWanted{{key.remote, key.local}}));
}

void Outbound::wake_pair(const PairKey& key) {
  if (!live_ || !live_->sending) return;
  live_->sending->wake(key);
  pump();
}

std::vector<PairKey> Outbound::pairs() const {
  std::vector<PairKey> all{key_};
  if (!live_) return all;
  for (const xmpp::DomainPair& pair : live_->machine.pairs()) {
    PairKey key{key_.peer, pair.local, pair.remote};
    if (key != key_) all.push_back(std::move(key));
  }
  return all;
}

void Outbound::act_on(const xmpp::PairAdded& added) {
  const PairKey key{key_.peer, added.pair.local, added.pair.remote};
  const bool certified = live_->machine.config().demands.auth == xmpp::AuthDemand::kExternalOnly ||
                         live_->machine.both_ways();
  report_pair(added.pair, certified ? xmpp::AuthMethod::kCertificate : xmpp::AuthMethod::kDialback,
              true);
  if (live_->receiving) {
    live_->certified.insert(added.pair.remote);
    tell_context();
  }
  desk_.pair_answered(*this, key, true);
}

void Outbound::act_on(const xmpp::PairRefused& refused) {
  desk_.pair_answered(*this, {key_.peer, refused.pair.local, refused.pair.remote}, false);
}

// ---- what comes in ------------------------------------------------------------------------------

void Outbound::act_on(const xmpp::Admitted& admitted) {
  if (!live_->receiving) {
    live_->receiving.emplace(desk_, live_->stream, key_.peer);
    live_->receiving->both_ways();
  }
  live_->certified.insert(admitted.pair.remote);
  // One that does not hold any more has no time until which it does.
  live_->judge_at = judge().until.value_or(now_utc());
  report_pair(admitted.pair, xmpp::AuthMethod::kCertificate, false);
  tell_context();
  update_flow();  // the peer may have too much open on other streams
}

void Outbound::tell_context() {
  live_->receiving->context(live_->machine.pairs(), live_->certified,
                            live_->connection->tls()->certificate());
}

void Outbound::act_on(const xmpp::Stanza& stanza) {
  if (live_->machine.tells_each()) live_->receiving->each();
  live_->last_used = now_steady();
  live_->receiving->take(stanza.bytes);
}

void Outbound::count_unfinished() {
  const std::size_t octets = live_->machine.closed() ? 0 : live_->machine.buffered();
  if (live_->receiving->begun(octets) || live_->closing) return;
  close_recorded(xmpp::StreamError::kResourceConstraint);
}

void Outbound::close_recorded(xmpp::StreamError error) {
  const xmpp::Closing closing{.cause = xmpp::CloseCause::kRequested, .error = error};
  close_after_record(closing, live_->machine.on(xmpp::CloseRequested{error}));
}

void Outbound::acknowledge() {
  xmpp::StanzasHandled handled = live_->receiving->take_handled();
  if (handled.count > 0 || !handled.runs.empty()) act(live_->machine.on(handled));
}

bool Outbound::unsettled() const {
  return live_->machine.unacknowledged() > 0 || live_->machine.unhandled() > 0;
}

// What acknowledges the stanzas that went out has to be read first.
bool Outbound::must_wait() const {
  if (live_->draining || live_->leaving) return live_->machine.unacknowledged() == 0;
  return live_->receiving->must_wait();
}

void Outbound::update_flow() {
  if (!live_ || !live_->receiving || live_->closing) return;
  live_->connection->pause_reading(must_wait());
}

void Outbound::close_after_record(const xmpp::Closing& closing,
                                  std::span<const xmpp::StreamAction> actions) {
  for (const auto& action : actions) {
    if (std::holds_alternative<xmpp::Send>(action) ||
        std::holds_alternative<xmpp::Disconnect>(action)) {
      live_->held.push_back(action);
    } else if (!std::holds_alternative<xmpp::Closing>(action)) {
      std::visit([this](const auto& one) { act_on(one); }, action);
    }
  }
  const bool final = closing.error && closing.cause != xmpp::CloseCause::kPeerError;
  if (final) live_->held.emplace_back(xmpp::Disconnect{});
  live_->closing = true;
  live_->deadline = now_steady() + kRecordWithin;
  if (live_->end.empty()) live_->end = detail_of(closing);
  live_->ended = true;
  desk_.journal.report(event(wire::EdgeEvent::kStreamClosed, live_->end),
                       [this, stream = live_->stream, alive = std::weak_ptr<bool>(alive_)] {
                         if (!alive.expired() && live_ && live_->stream == stream) release_held();
                       });
}

void Outbound::release_held() {
  live_->deadline = now_steady() + std::chrono::seconds(5);
  for (const auto& action : std::exchange(live_->held, {})) {
    std::visit([this](const auto& one) { act_on(one); }, action);
  }
}

void Outbound::report_closed() {
  if (std::exchange(live_->ended, true)) return;
  desk_.journal.report(event(wire::EdgeEvent::kStreamClosed, live_->end));
}

void Outbound::report_pair(const xmpp::DomainPair& pair, xmpp::AuthMethod method, bool outgoing) {
  auto report = event(wire::EdgeEvent::kStreamAuthenticated, detail_of(method, live_->tls));
  report.outgoing = outgoing;
  report.from = outgoing ? pair.local : pair.remote;
  report.to = outgoing ? pair.remote : pair.local;
  desk_.journal.report(std::move(report));
}

}  // namespace guard::edge
