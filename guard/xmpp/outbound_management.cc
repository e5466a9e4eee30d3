// The part of OutboundStream that counts: it hears what the peer has taken responsibility for
// (XEP-0198), and tells it the same on a bidirectional stream; and the pairs that share the stream.
#include <algorithm>
#include <utility>

#include "guard/xmpp/outbound_stream.h"

namespace guard::xmpp {

void OutboundStream::handle(const StanzasSent& sent) {
  if (!sent_) return;
  std::string request = sent_->sent(sent.count);
  if (may_send()) send(std::move(request));
}

void OutboundStream::handle(const StanzasHandled& handled) {
  std::string told = received_.handled(handled);
  if (may_send()) send(std::move(told));
}

void OutboundStream::take_stanza(const Frame& frame) {
  const auto* const closing = std::get_if<Closing>(&state_);
  if (!admitted_) {
    if (closing == nullptr) fail(StreamError::kNotAuthorized);
    return;
  }
  // On a managed stream what is not counted is the sender's, who will send or bounce it.
  if (closing != nullptr && (closing->discarding || received_.version())) return;
  received_.take();
  actions_.emplace_back(Stanza{.bytes = frame.bytes});
}

// COMPAT(prosody 0.12): what is not acknowledged at the end it bounces, which ejects occupants
// (S24).
void OutboundStream::last_answer() {
  if (received_.version() && may_send()) send(received_.count());
}

bool OutboundStream::unasked() {
  if (unasked_left_ == 0) return fail(StreamError::kPolicyViolation), false;
  --unasked_left_;
  return true;
}

void OutboundStream::management_element(const StreamElement& element) {
  const auto read = read_management(element);
  if (!read || read->version != sent_->version()) {
    if (!may_send()) return;
    const bool no_count = !read && read.error() == ManagementFault::kNoCount;
    return fail(no_count ? StreamError::kBadFormat : StreamError::kUnsupportedStanzaType);
  }
  if (read->kind == ManagementKind::kAnswer) return heard(sent_->answered(read->h), read->h);
  if (!may_send()) return;
  if (read->kind != ManagementKind::kRequest) return unexpected(element);
  // One <r/> for a stanza or more is as it should be.
  const bool fresh = received_.version() && received_.requested();
  if (!fresh && !unasked()) return;
  if (received_.version()) return send(received_.count());
  // Nothing comes in on this stream, so nothing was handled.
  send(write_management({.kind = ManagementKind::kAnswer, .version = sent_->version()}));
}

void OutboundStream::handled_element(const StreamElement& element) {
  const auto run = hears_each() ? read_handled(element) : std::nullopt;
  if (run) return heard(sent_->told(*run), static_cast<std::uint32_t>(run->last));
  if (may_send())
    fail(hears_each() ? StreamError::kBadFormat : StreamError::kUnsupportedStanzaType);
}

void OutboundStream::heard(const SentStanzas::Heard& heard, std::uint32_t h) {
  if (heard.too_high) {
    if (!may_send()) return;
    return fail_as(write_count_error(h, sent_->h()), StreamError::kUndefinedCondition,
                   CloseCause::kProtocol);
  }
  if (heard.more) actions_.emplace_back(Acknowledged{.run = *heard.more});
  if (!may_send() || (heard.unasked && !unasked())) return;
  if (heard.newer) send(sent_->ask());
}

// ---- more pairs (SPEC: XEP-0220 2.6, XEP-0344; S19 to S21) --------------------------------------

bool OutboundStream::certified(const DomainPair& pair) const {
  TlsFacts facts = tls_;
  if (config_.judge) facts.certificate = config_.judge();
  return proves_domain(facts, config_.demands, pair.remote);
}

bool OutboundStream::may_see(const DomainPair& pair) const {
  return config_.lookup != nullptr && config_.lookup->peer_of(pair.remote) == config_.peer &&
         config_.lookup->represents(config_.peer, pair.local);
}

void OutboundStream::admit(const DomainPair& pair) {
  if (!admitted_) framer_.set_limits(config_.limits);
  admitted_ = true;
  pairs_.insert(pair);
  actions_.emplace_back(Admitted{.pair = pair});
}

bool OutboundStream::may_add() const {
  return may_send() && takes_pairs_ && pairs_.size() + wanted_.size() < kPairsOfStream;
}

bool OutboundStream::waits_for_result(const DomainPair& pair, std::string_view stream_id) const {
  if (stream_id.empty()) return false;
  if (pair == config_.pair && dialback_id_ == stream_id) return true;
  return id_ == stream_id && std::ranges::find(wanted_, pair) != wanted_.end();
}

void OutboundStream::handle(const PairWanted& wanted) {
  const DomainPair& pair = wanted.pair;
  if (may_send() && pairs_.contains(pair)) {
    actions_.emplace_back(PairAdded{.pair = pair});
    return;
  }
  // What may come in for the inverse, or is demanded of the server, its certificate has to prove.
  const bool prove = both_ways_ || config_.demands.auth == AuthDemand::kExternalOnly;
  const bool asked = std::ranges::find(wanted_, pair) != wanted_.end();
  if (!may_add() || asked || (both_ways_ && !may_see(pair)) || (prove && !certified(pair))) {
    actions_.emplace_back(PairRefused{.pair = pair});
    return;
  }
  wanted_.push_back(pair);
  send(write_dialback({.kind = DialbackKind::kResult,
                       .from = pair.local,
                       .to = pair.remote,
                       .key = config_.secret->key(pair.remote, pair.local, id_)}));
}

void OutboundStream::pair_answered(const DialbackElement& answer) {
  const DomainPair pair{.remote = answer.from, .local = answer.to};
  const auto wanted = std::ranges::find(wanted_, pair);
  if (wanted == wanted_.end()) return fail(StreamError::kUnsupportedStanzaType);  // S17
  wanted_.erase(wanted);
  // The policy may have changed while the other server was being asked.
  const bool seen = !both_ways_ || may_see(pair);
  if (answer.verdict != DialbackVerdict::kValid || !seen) {
    actions_.emplace_back(PairRefused{.pair = pair});
    return;
  }
  pairs_.insert(pair);
  actions_.emplace_back(PairAdded{.pair = pair});
}

// The peer wants to send for one more pair. Nobody dials back for it: on this stream it is known by
// its certificate.
void OutboundStream::pair_asked(const DialbackElement& request) {
  if (!unasked()) return;
  const DomainPair pair{.remote = request.from, .local = request.to};
  DialbackElement answer{.kind = DialbackKind::kResult,
                         .from = pair.local,
                         .to = pair.remote,
                         .verdict = DialbackVerdict::kError};
  const auto refuse = [&](RefusalCause cause, StanzaError condition) {
    actions_.emplace_back(AuthenticationRefused{.pair = pair, .cause = cause});
    send(write_dialback(answer, condition));
  };
  if (!may_see(pair)) return refuse(RefusalCause::kUnknownHost, StanzaError::kItemNotFound);
  const bool known = pairs_.contains(pair);
  if (!known && pairs_.size() >= kPairsOfStream) {
    return refuse(RefusalCause::kTooMany, StanzaError::kResourceConstraint);
  }
  if (!known && !certified(pair)) {
    return refuse(RefusalCause::kDialbackForbidden, StanzaError::kPolicyViolation);
  }
  answer.verdict = DialbackVerdict::kValid;
  send(write_dialback(answer));
  if (!known) admit(pair);
}

}  // namespace guard::xmpp
