#include "policy/answer.h"

#include <algorithm>
#include <array>

#include "policy/carried.h"

namespace policy {
namespace {

using guard::xmpp::ErrorType;
using guard::xmpp::StanzaError;

Answer reply(StanzaError condition, ErrorType type) {
  return {.form = Answer::Form::kReply, .condition = condition, .type = type};
}

// Does some rule let messages of any class pass between the two?
bool lets_messages_pass(const Policy& policy, const StanzaFacts& facts, guard::PeerIndex far) {
  constexpr std::array kClasses = {StanzaClass::kMessage, StanzaClass::kSignal,
                                   StanzaClass::kSubjectChange};
  return std::ranges::any_of(kClasses, [&](StanzaClass about) {
    return carries(policy, facts.lane, about, facts.peer, far);
  });
}

bool is_answerable_message(const StanzaFacts& facts) {
  if (facts.type == StanzaType::kHeadline || facts.type == StanzaType::kError) return false;
  if (class_of(facts) == StanzaClass::kSignal) return false;
  // Rooms write to the full addresses of their occupants, people write to the bare address of the
  // room. A room that got an error would throw the occupant out.
  return facts.type != StanzaType::kGroupchat ||
         (facts.to.resource.empty() && !facts.from.resource.empty());
}

}  // namespace

bool is_room_join(const StanzaFacts& facts) {
  return facts.kind == StanzaKind::kPresence && facts.type == StanzaType::kAvailable &&
         std::ranges::any_of(facts.elements, [](const ElementFact& e) {
           return e.ns == "http://jabber.org/protocol/muc" && e.name == "x";
         });
}

bool may_be_answered(const StanzaFacts& facts) {
  switch (facts.kind) {
    case StanzaKind::kMessage:
      return is_answerable_message(facts);
    case StanzaKind::kPresence:
      return is_room_join(facts) && !facts.label.present;
    case StanzaKind::kIq:
      return class_of(facts) == StanzaClass::kRequest;
  }
  return false;
}

Answer answer_to(const Policy& policy, const StanzaFacts& facts, Reason reason,
                 std::optional<guard::PeerIndex> far) {
  if (reason == Reason::kNotJudged || reason == Reason::kFactsInconsistent) return {};
  if (reason == Reason::kFromNotOfPeer) return {.form = Answer::Form::kCloseInvalidFrom};
  if (reason == Reason::kNoRoute || reason == Reason::kWithinSide ||
      reason == Reason::kNotVisible || reason == Reason::kPeerBlocked ||
      reason == Reason::kPeerInactive) {
    return {.form = Answer::Form::kCloseHostUnknown};  // INVARIANT(INVISIBLE): all alike
  }
  if (!may_be_answered(facts)) return {};
  if (facts.kind == StanzaKind::kIq) {
    return reply(StanzaError::kServiceUnavailable, ErrorType::kCancel);
  }
  if (!policy.content().direction(facts.lane).answers_refusals) return {};
  if (facts.kind == StanzaKind::kPresence) return reply(StanzaError::kForbidden, ErrorType::kAuth);
  if (reason == Reason::kNoRule && far && !lets_messages_pass(policy, facts, *far)) {
    return reply(StanzaError::kServiceUnavailable, ErrorType::kCancel);
  }
  return reply(StanzaError::kPolicyViolation, ErrorType::kModify);
}

}  // namespace policy
