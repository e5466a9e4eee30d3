// The part of InboundStream that counts: it tells the peer what the guard is responsible for
// (XEP-0198); on a bidirectional stream it hears the same of what went out, and asks for more
// pairs.
#include <algorithm>
#include <utility>

#include "guard/xmpp/inbound_stream.h"

namespace guard::xmpp {

void InboundStream::handle(const StanzasSent& sent) {
  if (!sent_) return;
  std::string request = sent_->sent(sent.count);
  if (may_send()) send(std::move(request));
}

void InboundStream::handle(const StanzasHandled& handled) {
  std::string told = received_.handled(handled);
  // COMPAT(prosody 0.12): it does not ask again after an answer that was behind.
  if (std::holds_alternative<Established>(state_)) send(std::move(told));
}

void InboundStream::take_stanza(const Frame& frame) {
  received_.take();
  actions_.emplace_back(Stanza{.bytes = frame.bytes});
}

// COMPAT(prosody 0.12): what is not acknowledged at the end it bounces, which ejects occupants
// (S24).
void InboundStream::last_answer() {
  if (managed() && std::holds_alternative<Established>(state_)) send(received_.count());
}

void InboundStream::management_element(const StreamElement& element) {
  const auto read = read_management(element);
  if (!read) {
    return fail(read.error() == ManagementFault::kNoCount ? StreamError::kBadFormat
                                                          : StreamError::kUnsupportedStanzaType);
  }
  if (read->kind == ManagementKind::kEnable) return enable(*read);
  if (read->kind == ManagementKind::kResume) {
    return send(write_management_failed(read->version, management_offered_
                                                           ? StanzaError::kItemNotFound
                                                           : StanzaError::kServiceUnavailable));
  }
  if (read->version != received_.version()) return fail(StreamError::kUnsupportedStanzaType);
  if (read->kind == ManagementKind::kRequest) {
    // One <r/> for a stanza or more is as it should be, and is taken from no budget.
    if (received_.requested()) allow_element();
    if (std::holds_alternative<Established>(state_)) send(received_.count());
    return;
  }
  if (read->kind != ManagementKind::kAnswer) return fail(StreamError::kUnsupportedStanzaType);
  if (sent_) return heard(sent_->answered(read->h), read->h);
  // No stanza went out on this stream (SPEC: XEP-0198 4; S22).
  if (read->h == 0) return;
  fail_as(write_count_error(read->h, 0), StreamError::kUndefinedCondition, CloseCause::kProtocol);
}

void InboundStream::handled_element(const StreamElement& element) {
  if (!hears_each()) return fail(StreamError::kUnsupportedStanzaType);
  const auto run = read_handled(element);
  if (!run) return fail(StreamError::kBadFormat);
  heard(sent_->told(*run), static_cast<std::uint32_t>(run->last));
}

void InboundStream::heard(const SentStanzas::Heard& heard, std::uint32_t h) {
  if (heard.too_high) {
    return fail_as(write_count_error(h, sent_->h()), StreamError::kUndefinedCondition,
                   CloseCause::kProtocol);
  }
  if (!heard.unasked) allow_element();
  if (heard.more) actions_.emplace_back(Acknowledged{.run = *heard.more});
  if (heard.newer && may_send()) send(sent_->ask());
}

void InboundStream::late_element(const StreamElement& element) {
  std::optional<PlaceRun> more;
  if (const auto run = read_handled(element); run && sent_->each()) more = sent_->told(*run).more;
  const auto read = read_management(element);
  const bool answer = read && read->kind == ManagementKind::kAnswer;
  if (answer && read->version == sent_->version()) more = sent_->answered(read->h).more;
  if (more) actions_.emplace_back(Acknowledged{.run = *more});
}

void InboundStream::enable(const ManagementElement& wanted) {
  const ManagementVersion version = wanted.version;
  if (!management_offered_) {
    return send(write_management_failed(version, StanzaError::kServiceUnavailable));
  }
  if (managed()) return send(write_management_failed(version, StanzaError::kUnexpectedRequest));
  const bool each = wanted.each && each_offered_ && received_.received() == 0;
  received_.enable(version, each);
  if (both_ways_) sent_.emplace(version, each);
  send(write_management({.kind = ManagementKind::kEnabled, .version = version, .each = each}));
}

// ---- more pairs (SPEC: XEP-0220 2.6, XEP-0344) ------------------------------------------------

bool InboundStream::may_send(const DomainPair& pair) const {
  // On this stream the peer is known by its certificate: what dialback has let in may come in, and
  // nothing goes back for it.
  return may_send() && pairs_.contains(pair) && certified(pair);
}

bool InboundStream::certified(const DomainPair& pair) const {
  return proves_domain(judged(std::get<Established>(state_).tls), config_.lookup->demands(*peer_),
                       pair.remote);
}

void InboundStream::handle(const PairWanted& wanted) {
  const DomainPair& pair = wanted.pair;
  if (may_send(pair)) {
    actions_.emplace_back(PairAdded{.pair = pair});
    return;
  }
  const bool possible = may_send() && may_see(pair) &&
                        pairs_.size() + wanted_.size() < kPairsCeiling &&
                        std::ranges::find(wanted_, pair) == wanted_.end() && certified(pair);
  if (!possible) {
    actions_.emplace_back(PairRefused{.pair = pair});
    return;
  }
  wanted_.push_back(pair);
  send(write_dialback({.kind = DialbackKind::kResult,
                       .from = pair.local,
                       .to = pair.remote,
                       .key = config_.secret->key(pair.remote, pair.local, id_)}));
}

void InboundStream::pair_answered(const DialbackElement& answer) {
  const DomainPair pair{.remote = answer.from, .local = answer.to};
  const auto wanted = std::ranges::find(wanted_, pair);
  // An answer that nobody has asked for belongs to nothing (S17).
  if (answer.kind != DialbackKind::kResult || wanted == wanted_.end()) {
    return fail(StreamError::kUnsupportedStanzaType);
  }
  allow_element();
  wanted_.erase(wanted);
  if (answer.verdict != DialbackVerdict::kValid || !may_see(pair)) {
    actions_.emplace_back(PairRefused{.pair = pair});
    return;
  }
  pairs_.insert(pair);
  actions_.emplace_back(PairAdded{.pair = pair});
}

void InboundStream::refuse_wanted() {
  for (DomainPair& pair : std::exchange(wanted_, {})) {
    actions_.emplace_back(PairRefused{.pair = std::move(pair)});
  }
}

}  // namespace guard::xmpp
