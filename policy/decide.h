// decide: may this stanza cross?
//
// route → the label that the stanza carries, or its peer's default: known to the security policy
// and valid under it at that moment (translated into it, where the peer has a policy of its own),
// granted to the sending peer, granted to the receiving peer, translated into that one's policy →
// rules → the implied label of the rule, where the stanza carries none, valid and granted to both
// likewise → verdict. No rule can allow what a label decision refuses.
//
// INVARIANT(DENY_BY_DEFAULT): a Decision is born refused. INVARIANT(EVERY_STANZA_JUDGED): whatever
// is allowed has had its effective label granted against both peers, but for errors of messages and
// presence.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "guard/base/domain_table.h"
#include "guard/xmpp/stanza_error.h"
#include "labels/label.h"
#include "policy/policy.h"
#include "policy/reason.h"
#include "policy/stanza_facts.h"

namespace policy {

// LabelSource says where the effective label comes from.
enum class LabelSource : std::uint8_t {
  kNone = 0,  // there is none: refused before it was known, or an error of a message or presence
  kOwn,       // the stanza's securitylabel
  kDefault,   // the sending peer's default label
  kImplied,   // the implied label of the rule
};
[[nodiscard]] std::string_view to_string(LabelSource source);

// Answer is what the sender of a refused stanza gets.
struct Answer {
  enum class Form : std::uint8_t {
    kSilence = 0,
    kReply,             // an error stanza with `condition` and `type`, nothing else in it
    kCloseInvalidFrom,  // the stream is closed: invalid-from
    kCloseHostUnknown,  // the stream is closed: host-unknown
  };
  Form form = Form::kSilence;
  guard::xmpp::StanzaError condition = guard::xmpp::StanzaError::kPolicyViolation;
  guard::xmpp::ErrorType type = guard::xmpp::ErrorType::kModify;

  bool operator==(const Answer&) const = default;
};

// Kept is what may be written of an allowed stanza besides its addresses, id and type; a new one
// keeps nothing. Of an error only a defined condition may be written, whatever stands here.
struct Kept {
  PartSet parts;
  std::vector<std::uint32_t> elements;  // indices into StanzaFacts::elements, ascending

  bool operator==(const Kept&) const = default;
};

struct Decision {
  Verdict verdict = Verdict::kRefuse;
  Reason reason = Reason::kNotJudged;
  // The rule that decided: the one that allowed or refused, or whose implied label or conditions
  // failed. Empty when none was reached.
  std::string rule;
  LabelSource label_source = LabelSource::kNone;
  // The label that the stanza was judged as, under the governing policy, also where it was refused.
  std::optional<labels::Label> label;
  std::string marking;                       // of `label`; empty without one
  std::optional<guard::PeerIndex> far_peer;  // where it goes, or would have gone
  Answer answer;                             // kSilence where it is allowed
  Kept kept;                                 // nothing where it is refused
  bool strip_label = false;                  // what is allowed leaves without its label
  // `label` in the receiving peer's policy; nothing where that peer wants no translation.
  std::optional<labels::Label> translated;

  [[nodiscard]] bool allowed() const { return verdict == Verdict::kAllow; }

  // leaves_with gives the label that the stanza leaves with; nullptr: none. What bears no label of
  // its own or its peer's leaves without.
  [[nodiscard]] const labels::Label* leaves_with() const;
};

// decide is total, has no state, and gives the same answer for the same arguments.
[[nodiscard]] Decision decide(const Policy& policy, const StanzaFacts& facts);

// label_passes says whether route and label decision let a message go on to the rules: what a
// catalog of labels is made by. No rule has been asked, so it allows nothing by itself.
[[nodiscard]] bool label_passes(const Policy& policy, const StanzaFacts& facts);

}  // namespace policy
