// The part of Inbound that sends: on a stream that the peer has opened and made bidirectional
// (SPEC: XEP-0288).
//
// INVARIANT(NO_OTHER_PATH): its half has no source but the delivery queue.
#include "guard/edge/connection_outlet.h"
#include "guard/edge/inbound.h"
#include "guard/edge/shown_certificate.h"
#include "guard/edge/stream_words.h"

namespace guard::edge {

bool Inbound::gives() const {
  return sending_ && machine_.may_send() && !gone_ && !closing_ && !draining_ && held_.empty();
}

bool Inbound::may_carry(const PairKey& key) const {
  // The certificate is judged last: that costs the most.
  const xmpp::DomainPair pair{key.remote, key.local};
  return gives() && key.peer == peer() && machine_.pairs().contains(pair) &&
         shows(*connection_->tls(), key.local) && machine_.may_send(pair);
}

bool Inbound::may_ask(const PairKey& key) const {
  // Whoever is no guard may know nothing of pairs that the receiving server adds.
  return gives() && key.peer == peer() && machine_.hears_each() &&
         machine_.pairs().size() < xmpp::kPairsCeiling && shows(*connection_->tls(), key.local);
}

void Inbound::begin_sending() {
  if (sending_ || gone_ || closing_) return;
  sending_.emplace(desk_.deliveries,
                   machine_.hears_each() ? Acknowledging::kEach : Acknowledging::kInOrder);
  receiving_->both_ways();
  desk_.carrier_ready(receiving_->peer());
}

void Inbound::carry(const PairKey& key) {
  sending_->carry(key);
  pump();
}

void Inbound::ask(const PairKey& key) {
  act(machine_.on(xmpp::PairWanted{{key.remote, key.local}}));
}

void Inbound::wake_pair(const PairKey& key) {
  if (!sending_) return;
  sending_->wake(key);
  pump();
}

void Inbound::pump() {
  if (!gives()) return;
  ConnectionOutlet outlet(*connection_);
  const std::uint32_t sent = sending_->pump(outlet, 0);
  if (sent > 0) act(machine_.on(xmpp::StanzasSent{sent}));
}

void Inbound::on_written() {
  if (!sending_) return;
  sending_->written(connection_->written());
  pump();
}

void Inbound::break_off() {
  if (gone_) return;
  end_stream("stalled");
  connection_->abort();
}

void Inbound::act_on(const xmpp::Acknowledged& acknowledged) {
  sending_->acknowledged(acknowledged.run.first, acknowledged.run.last);
  acknowledged_ = true;
}

void Inbound::act_on(const xmpp::PairAdded& added) {
  certified_.insert(added.pair.remote);
  report_pair(added.pair, xmpp::AuthMethod::kCertificate);
  receiving_->context(machine_.pairs(), certified_, connection_->tls()->certificate());
  desk_.pair_answered(*this, {receiving_->peer(), added.pair.local, added.pair.remote}, true);
}

void Inbound::act_on(const xmpp::PairRefused& refused) {
  desk_.pair_answered(*this, {receiving_->peer(), refused.pair.local, refused.pair.remote}, false);
}

void Inbound::report_pair(const xmpp::DomainPair& pair, xmpp::AuthMethod method) {
  auto report = event(wire::EdgeEvent::kStreamAuthenticated, detail_of(method, tls_));
  report.from = pair.remote;
  report.to = pair.local;
  desk_.journal.report(std::move(report));
}

}  // namespace guard::edge
