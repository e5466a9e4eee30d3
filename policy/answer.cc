#include "policy/answer.h"

#include <algorithm>

namespace policy {
namespace {

using guard::xmpp::ErrorType;
using guard::xmpp::StanzaError;

Answer reply(StanzaError condition, ErrorType type) {
  return {.form = Answer::Form::kReply, .condition = condition, .type = type};
}

Answer answer_to_message(const StanzaFacts& facts, Reason reason, bool joined) {
  if (facts.type == StanzaType::kHeadline || facts.type == StanzaType::kError) return {};
  // Rooms write to the full addresses of their occupants, people write to the bare address of the
  // room. A room that got an error would throw the occupant out.
  if (facts.type == StanzaType::kGroupchat &&
      (!facts.to.resource.empty() || facts.from.resource.empty())) {
    return {};
  }
  if (reason == Reason::kNoRule && !joined) {
    return reply(StanzaError::kServiceUnavailable, ErrorType::kCancel);
  }
  return reply(StanzaError::kPolicyViolation, ErrorType::kModify);
}

}  // namespace

bool is_room_join(const StanzaFacts& facts) {
  return facts.kind == StanzaKind::kPresence && facts.type == StanzaType::kAvailable &&
         std::ranges::any_of(facts.elements, [](const ElementFact& e) {
           return e.ns == "http://jabber.org/protocol/muc" && e.name == "x";
         });
}

Answer answer_to(const Policy& policy, const StanzaFacts& facts, Reason reason, bool joined) {
  if (reason == Reason::kNotJudged || reason == Reason::kFactsInconsistent) return {};
  if (reason == Reason::kFromNotOfPeer) return {.form = Answer::Form::kCloseInvalidFrom};
  if (reason == Reason::kNoRoute || reason == Reason::kWithinSide ||
      reason == Reason::kNotVisible) {
    return {.form = Answer::Form::kCloseHostUnknown};  // INVARIANT(INVISIBLE): all alike
  }
  if (class_of(facts) == StanzaClass::kRequest) {
    return reply(StanzaError::kServiceUnavailable, ErrorType::kCancel);
  }
  if (!policy.content().direction(facts.lane).answers_refusals) return {};
  if (is_room_join(facts)) return reply(StanzaError::kForbidden, ErrorType::kAuth);
  if (facts.kind == StanzaKind::kMessage) return answer_to_message(facts, reason, joined);
  return {};
}

}  // namespace policy
