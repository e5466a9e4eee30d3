#include "policy/stanza_facts.h"

#include <algorithm>

namespace policy {
namespace {

constexpr std::array<LabelFault, 5> kLabelFaults = {LabelFault::kTwice, LabelFault::kStructure,
                                                    LabelFault::kFormat, LabelFault::kBase64,
                                                    LabelFault::kEncoding};

StanzaClass class_of_message(const StanzaFacts& facts) {
  const bool body = facts.part(Part::kBody).count > 0;
  const bool subject = facts.part(Part::kSubject).count > 0;
  const bool content =
      facts.more_elements > 0 || std::ranges::any_of(facts.elements, [](const ElementFact& e) {
        return !carries_no_content(e.ns);
      });
  if (body || content) return StanzaClass::kMessage;
  if (!subject) return StanzaClass::kSignal;
  return facts.type == StanzaType::kGroupchat ? StanzaClass::kSubjectChange : StanzaClass::kMessage;
}

}  // namespace

std::string_view to_string(LabelFault fault) {
  switch (fault) {
    case LabelFault::kTwice:
      return "twice";
    case LabelFault::kStructure:
      return "structure";
    case LabelFault::kFormat:
      return "format";
    case LabelFault::kBase64:
      return "base64";
    case LabelFault::kEncoding:
      return "encoding";
  }
  return {};
}

std::optional<LabelFault> label_fault_from(std::string_view name) {
  for (const LabelFault fault : kLabelFaults) {
    if (to_string(fault) == name) return fault;
  }
  return std::nullopt;
}

std::string_view to_string(StanzaClass c) {
  switch (c) {
    case StanzaClass::kMessage:
      return "message";
    case StanzaClass::kSignal:
      return "signal";
    case StanzaClass::kSubjectChange:
      return "subject-change";
    case StanzaClass::kPresence:
      return "presence";
    case StanzaClass::kRequest:
      return "iq";
    case StanzaClass::kAnswer:
      return "iq answer";
    case StanzaClass::kError:
      return "error";
  }
  return {};
}

StanzaClass class_of(const StanzaFacts& facts) {
  switch (facts.kind) {
    case StanzaKind::kIq: {
      const bool request = facts.type == StanzaType::kGet || facts.type == StanzaType::kSet;
      return request ? StanzaClass::kRequest : StanzaClass::kAnswer;
    }
    case StanzaKind::kPresence:
      return facts.type == StanzaType::kError ? StanzaClass::kError : StanzaClass::kPresence;
    case StanzaKind::kMessage:
      return facts.type == StanzaType::kError ? StanzaClass::kError : class_of_message(facts);
  }
  return StanzaClass::kMessage;
}

bool carries_no_content(std::string_view ns) {
  return ns == "urn:xmpp:receipts" || ns == "http://jabber.org/protocol/chatstates" ||
         ns == "urn:xmpp:sid:0" || ns == "urn:xmpp:delay";
}

}  // namespace policy
