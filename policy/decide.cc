#include "policy/decide.h"

#include <algorithm>
#include <utility>

#include "labels/decision.h"
#include "labels/marking.h"
#include "labels/translation.h"
#include "policy/answer.h"
#include "policy/rule_match.h"

namespace policy {
namespace {

Reason reason_of(LabelFault fault) {
  switch (fault) {
    case LabelFault::kTwice:
      return Reason::kLabelTwice;
    case LabelFault::kStructure:
      return Reason::kLabelStructure;
    case LabelFault::kFormat:
      return Reason::kLabelFormat;
    case LabelFault::kBase64:
      return Reason::kLabelBase64;
    case LabelFault::kEncoding:
      return Reason::kLabelEncoding;
  }
  return Reason::kLabelEncoding;
}

// What is wrong with the label itself is named so; what the clearance lacks, by whose it is.
Reason reason_of(labels::DenialReason denial, Reason clearance) {
  switch (denial) {
    case labels::DenialReason::kNoLabel:
      return Reason::kLabelMissing;
    case labels::DenialReason::kLabelPolicy:
      return Reason::kLabelPolicy;
    case labels::DenialReason::kNoClassification:
    case labels::DenialReason::kUnknownClassification:
    case labels::DenialReason::kUnknownPrivacyMark:
    case labels::DenialReason::kUnknownTagSet:
    case labels::DenialReason::kUnknownTag:
    case labels::DenialReason::kUnknownValue:
      return Reason::kLabelUnknown;
    case labels::DenialReason::kObsoleteClassification:
    case labels::DenialReason::kObsoleteValue:
    case labels::DenialReason::kObsoletePrivacyMark:
    case labels::DenialReason::kPrivacyMarkMissing:
    case labels::DenialReason::kPrivacyMarkTooMany:
    case labels::DenialReason::kTooFewValues:
    case labels::DenialReason::kTooManyValues:
    case labels::DenialReason::kNotYetValid:
    case labels::DenialReason::kNoLongerValid:
    case labels::DenialReason::kClassMismatch:
    case labels::DenialReason::kRequiredCategory:
    case labels::DenialReason::kExcludedCategory:
    case labels::DenialReason::kUserTextMalformed:
    case labels::DenialReason::kUserTextUnexpected:
      return Reason::kLabelInvalid;
    case labels::DenialReason::kNotJudged:
    case labels::DenialReason::kNoClearance:
    case labels::DenialReason::kClearancePolicy:
    case labels::DenialReason::kClassification:
    case labels::DenialReason::kRestrictive:
    case labels::DenialReason::kPermissive:
      return clearance;
  }
  return clearance;
}

bool takes_implied_label(StanzaClass c) {
  switch (c) {
    case StanzaClass::kSignal:
    case StanzaClass::kSubjectChange:
    case StanzaClass::kPresence:
    case StanzaClass::kRequest:
    case StanzaClass::kAnswer:
      return true;
    case StanzaClass::kMessage:
    case StanzaClass::kError:
      return false;
  }
  return true;
}

// Judge makes one decision. Each step returns false once it has refused.
class Judge {
 public:
  Judge(const Policy& policy, const StanzaFacts& facts) : policy_(policy), facts_(facts) {}

  Decision run() {
    if (route() && label() && rule() && implied_label()) allow();
    if (!decision_.allowed()) close();
    return std::move(decision_);
  }

  bool label_passes() { return route() && label(); }

 private:
  bool refuse(Reason reason) {
    decision_.reason = reason;
    return false;
  }

  // INVARIANT(SIDE_BOUND)
  bool route() {
    const auto peers = policy_.peers();
    if (!fits(facts_.kind, facts_.type) || facts_.peer >= peers.size() ||
        peers[facts_.peer].side != near_side(facts_.lane)) {
      return refuse(Reason::kFactsInconsistent);
    }
    const guard::Side near = near_side(facts_.lane);
    sender_ = policy_.standing(near, facts_.from.domain);
    if (sender_ == nullptr || sender_->peer != facts_.peer) return refuse(Reason::kFromNotOfPeer);
    receiver_ = policy_.routed(facts_.lane, facts_.peer, facts_.to.domain);
    // Nobody within a side can answer a domain that only its default route takes: the answer would
    // go across.
    if (!is_across(facts_.lane) && policy_.named(near, facts_.from.domain) == nullptr) {
      receiver_ = nullptr;
    }
    if (receiver_ == nullptr) {
      const bool within = policy_.peer_of(near, facts_.to.domain).has_value();
      return refuse(within ? Reason::kWithinSide : Reason::kNoRoute);
    }
    decision_.far_peer = receiver_->peer;
    about_ = class_of(facts_);
    return takes_part(facts_.peer) && takes_part(receiver_->peer);
  }

  bool takes_part(guard::PeerIndex index) {
    const Peer& peer = policy_.peers()[index];
    switch (access_at(peer.active, peer.blocked, facts_.at)) {
      case Access::kOpen:
        return true;
      case Access::kBlocked:
        return refuse(Reason::kPeerBlocked);
      case Access::kInactive:
        return refuse(Reason::kPeerInactive);
    }
    return refuse(Reason::kPeerBlocked);
  }

  // The label that the stanza carries, or should have.
  bool label() {
    const LabelFacts& found = facts_.label;
    const bool any = found.present || found.fault || found.label || !found.equivalents.empty();
    switch (about_) {
      case StanzaClass::kPresence:  // SPEC: L2; an unavailable one is reduced instead
        if (any && facts_.type != StanzaType::kUnavailable) return refuse(Reason::kLabelOnPresence);
        return true;
      case StanzaClass::kRequest:  // SPEC: L1
        return any ? refuse(Reason::kLabelOnIq) : true;
      case StanzaClass::kAnswer:
        if (!any) return true;
        return refuse(facts_.type == StanzaType::kError ? Reason::kLabelOnError
                                                        : Reason::kLabelOnIq);
      case StanzaClass::kError:  // SPEC: L3
        return any ? refuse(Reason::kLabelOnError) : true;
      case StanzaClass::kMessage:
      case StanzaClass::kSignal:
      case StanzaClass::kSubjectChange:
        return message_label();
    }
    return refuse(Reason::kFactsInconsistent);
  }

  bool message_label() {
    const LabelFacts& found = facts_.label;
    if (found.fault) return refuse(reason_of(*found.fault));
    if (found.label) {
      decision_.label = governed(*found.label);
      if (!decision_.label) return refuse(Reason::kSenderTranslation);
      decision_.label_source = LabelSource::kOwn;
      decision_.marking = labels::marking(policy_.security_policy(), *decision_.label);
      if (!granted(*decision_.label)) return false;
    } else if (about_ == StanzaClass::kMessage) {
      const std::optional<LabelIndex> index = policy_.peers()[facts_.peer].default_label;
      if (!index) return refuse(Reason::kLabelMissing);
      adopt(LabelSource::kDefault, *index);
      if (!granted(*decision_.label)) return false;
    }
    return equivalents() && translated();
  }

  // The label to judge: one under the sending peer's own policy is translated; any other is as it
  // is, whatever it is under. Nothing: it has no translation.
  std::optional<labels::Label> governed(const labels::Label& received) const {
    const labels::SecurityPolicy* own = policy_.own_policy(facts_.peer);
    if (own == nullptr || received.policy() != own->id()) return received;
    auto label = labels::translate(*own, policy_.security_policy(), received, facts_.at);
    return label ? std::optional(std::move(*label)) : std::nullopt;
  }

  // What leaves with a label leaves with one of the receiving peer's policy, where it wants that.
  bool translated() {
    if (!decision_.label) return true;  // a signal or subject change without one
    const guard::PeerIndex receiver = receiver_->peer;
    if (policy_.peers()[receiver].labels != Labels::kTranslate) return true;
    auto label = labels::translate(policy_.security_policy(), *policy_.own_policy(receiver),
                                   *decision_.label, facts_.at);
    if (!label) return refuse(Reason::kReceiverTranslation);
    decision_.translated = std::move(*label);
    return true;
  }

  // SPEC: L6; an equivalent never rescues, and whatever of them is understood must be granted.
  bool equivalents() {
    const auto& list = facts_.label.equivalents;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto same = [&](const labels::Label& l) { return l.policy() == list[i].policy(); };
      if (std::any_of(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(i), same)) {
        return refuse(Reason::kEquivalentTwice);
      }
      const std::optional<labels::Label> label = governed(list[i]);
      if (!label) return refuse(Reason::kSenderTranslation);
      if (label->policy() == policy_.security_policy().id() && !granted(*label)) return false;
    }
    return true;
  }

  void adopt(LabelSource source, LabelIndex index) {
    decision_.label_source = source;
    decision_.label = policy_.content().labels[index].label;
    decision_.marking = policy_.label_marking(index);
  }

  // Both clearances must grant it: the label decision, apart from every rule.
  bool granted(const labels::Label& label) {
    if (label.policy() != policy_.security_policy().id()) return refuse(Reason::kLabelPolicy);
    const labels::CompiledLabel compiled(policy_.security_policy(), label);
    return granted_to_sender(compiled) &&
           granted(compiled, receiver_->compiled_receive, Reason::kReceiverClearance);
  }

  // Where the policy asks for it, the clearance in the stream's certificate narrows the sender's.
  // Compiled for each stanza: what a certificate says is not known when the policy is.
  bool granted_to_sender(const labels::CompiledLabel& label) {
    using State = CertificateClearance::State;
    const CertificateClearance& shown = facts_.certificate;
    const bool asked = policy_.peers()[facts_.peer].connection.certificate_clearance;
    if (!asked || shown.state == State::kAssumed) {
      return granted(label, sender_->compiled_send, Reason::kSenderClearance);
    }
    if (shown.state != State::kRead) return refuse(Reason::kCertificateClearance);
    const auto narrowed = narrowed_by(shown, sender_->send);
    if (!narrowed) return refuse(Reason::kSenderClearance);
    const labels::CompiledClearance compiled(policy_.security_policy(), *narrowed);
    return granted(label, &compiled, Reason::kSenderClearance);
  }

  bool granted(const labels::CompiledLabel& label, const labels::CompiledClearance* clearance,
               Reason whose) {
    if (clearance == nullptr) return refuse(whose);  // the nil clearance
    const labels::Decision verdict = labels::decide(label, *clearance, facts_.at);
    if (verdict.granted()) return true;
    return refuse(reason_of(verdict.first().reason, whose));
  }

  bool rule() {
    const guard::PeerIndex far = *decision_.far_peer;
    if (about_ == StanzaClass::kAnswer) return answer_rule(far);
    const Matching matching =
        match(policy_.rules_about(facts_.lane, about_), facts_, facts_.peer, far);
    const Rule* named = matching.rule != nullptr ? matching.rule : matching.nearest;
    if (named != nullptr) decision_.rule = named->id;
    if (matching.rule == nullptr) return refuse(matching.failed);
    if (matching.rule->verdict != Verdict::kAllow) return refuse(Reason::kRefusedByRule);
    rule_ = matching.rule;
    return true;
  }

  bool answer_rule(guard::PeerIndex far) {
    const guard::Lane asked = reverse_of(facts_.lane);
    rule_ =
        match_answer(policy_.rules_about(asked, StanzaClass::kRequest), facts_, facts_.peer, far);
    if (rule_ == nullptr) return refuse(Reason::kNoRule);
    decision_.rule = rule_->id;
    if (facts_.type == StanzaType::kError) return true;  // its payload is never written
    const bool payload = facts_.elements.size() <= 1 && facts_.more_elements == 0;
    return payload ? true : refuse(Reason::kElementNotAllowed);
  }

  // INVARIANT(EVERY_STANZA_JUDGED): what carries no label is judged as what its rule says; an iq
  // error, too, which needs no rule of its own and would otherwise cross unjudged. A
  // signal or subject change that does carry one must pass as both.
  bool implied_label() {
    if (!takes_implied_label(about_)) return true;
    if (!rule_->implied_label) return refuse(Reason::kLabelMissing);
    if (decision_.label_source == LabelSource::kNone) {
      adopt(LabelSource::kImplied, *rule_->implied_label);
      return granted(*decision_.label);
    }
    return granted(policy_.content().labels[*rule_->implied_label].label);
  }

  void allow() {
    decision_.verdict = Verdict::kAllow;
    decision_.reason = Reason::kAllowed;
    decision_.strip_label = policy_.peers()[receiver_->peer].labels == Labels::kStrip;
    keep();
  }

  void keep() {
    if (facts_.type == StanzaType::kError) return;
    const bool bare = facts_.kind == StanzaKind::kPresence && facts_.label.present;
    if (bare) return;
    for (const Part part : kParts) {
      const bool listed = about_ != StanzaClass::kAnswer && rule_->parts.has(part);
      if (listed && facts_.part(part).count > 0) decision_.kept.parts.add(part);
    }
    for (std::uint32_t i = 0; i < facts_.elements.size(); ++i) {
      const ElementFact& element = facts_.elements[i];
      const bool listed = std::ranges::any_of(rule_->elements, [&](const ElementName& e) {
        return e.covers(element.ns, element.name);
      });
      if (listed) decision_.kept.elements.push_back(i);
    }
  }

  // What the refused stanza's sender learns. Towards a peer that may not see the other one, the
  // answer and the record's reason are those of a route that is not there (INVISIBLE).
  void close() {
    if (decision_.far_peer && !policy_.visible(facts_.peer, *decision_.far_peer)) {
      const guard::PeerIndex far = *decision_.far_peer;
      decision_ = Decision{};
      decision_.far_peer = far;
      decision_.reason = Reason::kNotVisible;
    }
    decision_.answer = answer_to(policy_, facts_, decision_.reason, decision_.far_peer);
  }

  const Policy& policy_;
  const StanzaFacts& facts_;
  StanzaClass about_ = StanzaClass::kMessage;
  const Policy::Standing* sender_ = nullptr;
  const Policy::Standing* receiver_ = nullptr;
  const Rule* rule_ = nullptr;
  Decision decision_;
};

}  // namespace

std::string_view to_string(LabelSource source) {
  switch (source) {
    case LabelSource::kNone:
      return "none";
    case LabelSource::kOwn:
      return "own";
    case LabelSource::kDefault:
      return "default";
    case LabelSource::kImplied:
      return "implied";
  }
  return {};
}

const labels::Label* Decision::leaves_with() const {
  const bool own = label_source == LabelSource::kOwn || label_source == LabelSource::kDefault;
  if (!allowed() || strip_label || !own) return nullptr;
  return translated ? &*translated : &*label;
}

Decision decide(const Policy& policy, const StanzaFacts& facts) {
  return Judge(policy, facts).run();
}

bool label_passes(const Policy& policy, const StanzaFacts& facts) {
  return facts.kind == StanzaKind::kMessage && Judge(policy, facts).label_passes();
}

}  // namespace policy
