// How judge refuses: what is recorded, and what the sender hears.
#include "guard/filter/judge_parts.h"
#include "guard/filter/label_format.h"
#include "guard/filter/stream_condition.h"
#include "policy/facts_json.h"

namespace guard::filter {

using policy::StanzaType;
using wire::Judgement;
using wire::Outcome;
using wire::StreamCondition;

// The facts of what the policy was not asked about, or not the last to judge: how far it came.
std::string staged(std::string_view stage, std::string facts) {
  return facts.insert(1, "\"stage\":\"" + std::string(stage) + "\",");
}

void close_stream(Judgement& judgement, StreamCondition condition, std::string reason) {
  judgement.outcome = Outcome::kCloseStream;
  judgement.condition = condition;
  judgement.finding.reason = std::move(reason);
}

void set_decision(Judgement& judgement, const policy::Decision& decision) {
  // Of a refusal it is for the record only.
  judgement.far_peer = decision.far_peer.value_or(wire::kNoPeer);
  judgement.finding.allowed = decision.allowed();
  judgement.finding.reason = policy::to_string(decision.reason);
  judgement.finding.rule = decision.rule;
  judgement.finding.marking = decision.marking;
}

// Whatever the parser refuses closes the stream, but for what is well formed and not valid.
void Judge::Parts::refuse_unread(const StreamContext& context, const wire::Offer& offer,
                                 const schemas::ReadError& error, Judgement& judgement) {
  const schemas::Element* root = reader.refused_root();
  if (error.fault != schemas::ReadFault::kSchema || root == nullptr) {
    stage = "parse";
    if (error.fault == schemas::ReadFault::kInternal ||
        error.fault == schemas::ReadFault::kSchema) {
      judgement.finding.reason = "internal";  // refused silently, as it was born
      return;
    }
    close_stream(judgement, wire_condition(error.fault),
                 "xml-" + std::string(schemas::to_string(error.fault)));
    return;
  }
  Stanza stanza;
  if (!begin(context, offer, *root, stanza, judgement)) return;
  const bool other_format = holds_other_label_format(offer.bytes);
  stage = other_format ? "label" : "schema";
  set_unread_content(stanza.facts, offer.bytes);
  if (other_format) {
    stanza.facts.label.present = true;
    stanza.facts.label.fault = policy::LabelFault::kFormat;
  }
  refuse(stanza, other_format ? "label-format" : "schema", std::nullopt, judgement);
}

// Refuses what the filter itself does not let through. The policy is asked all the same: a pair
// that it has no rule for must look as if it did not exist, whatever else is wrong (INVISIBLE).
// The answer is the one that a content rule's refusal would get; `instead` takes its place.
void Judge::Parts::refuse(const Stanza& stanza, std::string_view reason,
                          std::optional<Answer> instead, Judgement& judgement) {
  judgement.finding.facts = staged(stage, policy::to_json(policy, stanza.facts));
  const policy::Decision decision = policy::decide(policy, stanza.facts);
  using Form = policy::Answer::Form;
  if (decision.answer.form == Form::kCloseInvalidFrom ||
      decision.answer.form == Form::kCloseHostUnknown) {
    set_decision(judgement, decision);
    answer(stanza, decision.answer, judgement);
    return;
  }
  const bool out_of_hops = stage == "hops";  // even what is bare would go round and round
  if (!instead && !out_of_hops && decision.allowed() &&
      stanza.facts.type == StanzaType::kUnavailable) {
    // Somebody who has been seen to come must be seen to go, or stays as a ghost in rooms and
    // rosters: what is wrong with the rest of it is left out (SPEC: RFC 6121 4.5).
    std::string bare;
    StanzaWriter::append_bare_unavailable(bare, stanza.facts.from.to_string(),
                                          stanza.facts.to.to_string());
    forward(stanza, decision, std::move(bare), judgement);
    return;
  }
  judgement.finding.reason = reason;
  judgement.finding.rule.clear();
  judgement.far_peer = decision.far_peer.value_or(wire::kNoPeer);
  policy::Answer uniform = policy::answer_to(policy, stanza.facts,
                                             policy::Reason::kElementNotAllowed, decision.far_peer);
  if (instead && uniform.form == Form::kReply) {
    uniform.condition = instead->condition;
    uniform.type = instead->type;
  }
  answer(stanza, uniform, judgement);
}

// No error with a label crosses (SPEC: L3). But some servers put all of what they could not deliver
// into their error, label and all, and a room that never hears of it keeps a ghost (SPEC: S29). So
// where the rules let the same error pass without its label, one of the guard's own crosses in its
// place. Of the other it has the addresses and the condition, a word of a list, and nothing
// else: not even the id, which a sender chooses. False where it was something else.
// COMPAT(ejabberd 23.01): it answers a groupchat message for somebody who is gone so.
bool Judge::Parts::reduce_error(const Stanza& stanza, const schemas::Element& root,
                                const policy::Decision& decision, Judgement& judgement) {
  // On a presence or an iq no label is delivered, so none can come back.
  const bool echo = decision.reason == policy::Reason::kLabelOnError &&
                    stanza.facts.kind == policy::StanzaKind::kMessage;
  const auto condition = echo ? read_condition(root) : std::nullopt;
  if (!condition) return false;
  policy::StanzaFacts unlabelled = stanza.facts;
  unlabelled.label = {};
  const policy::Decision without = policy::decide(policy, unlabelled);
  if (!without.allowed()) return false;
  Envelope envelope = stanza.envelope();
  envelope.id.clear();
  judgement.finding.facts = staged("error", std::move(judgement.finding.facts));
  forward(stanza, without, rebuilt_error(envelope, *condition), judgement);
  judgement.finding.reason = "error-reduced";
  return true;
}

void Judge::Parts::answer(const Stanza& stanza, const policy::Answer& answer,
                          Judgement& judgement) {
  switch (answer.form) {
    case policy::Answer::Form::kSilence:
      judgement.outcome = Outcome::kRefuseSilently;
      return;
    case policy::Answer::Form::kCloseInvalidFrom:
      judgement.outcome = Outcome::kCloseStream;
      judgement.condition = StreamCondition::kInvalidFrom;
      return;
    case policy::Answer::Form::kCloseHostUnknown:
      judgement.outcome = Outcome::kCloseStream;
      judgement.condition = StreamCondition::kHostUnknown;
      return;
    case policy::Answer::Form::kReply:
      break;
  }
  const Envelope envelope = stanza.envelope();
  if (!envelope.answerable) return;  // born refused silently
  judgement.outcome = Outcome::kRefuseWithReply;
  judgement.bytes = error_reply(envelope, {answer.condition, answer.type});
  judgement.pair = {stanza.facts.to.domain, stanza.facts.from.domain};
}

}  // namespace guard::filter
