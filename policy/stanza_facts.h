// StanzaFacts: everything that a decision is made from, and nothing else: no content.
//
// Who controls it: the strings and counts came from a hostile peer; the filter has parsed and
// validated the stanza and fills this in. The record keeps it (facts_json.h), so that a decision
// can be made again later without the content.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guard/base/domain_table.h"
#include "guard/base/side.h"
#include "guard/base/utc_time.h"
#include "guard/xmpp/jid.h"
#include "labels/label.h"
#include "policy/certificate_clearance.h"
#include "policy/part.h"
#include "policy/stanza_type.h"

namespace policy {

// PartFact says how often a part is there (once for each xml:lang) and how long it is in all.
struct PartFact {
  std::uint32_t count = 0;
  std::uint32_t octets = 0;  // of UTF-8 text, without markup

  bool operator==(const PartFact&) const = default;
};

// ElementFact is one child element that is no part: an extension, or the payload of an iq. It has a
// schema: a stanza with one that has none never comes to a decision.
struct ElementFact {
  std::string ns;
  std::string name;

  bool operator==(const ElementFact&) const = default;
};

// LabelFault is why the securitylabel of a stanza was not understood (SPEC: L4). The names stand
// in records.
enum class LabelFault : std::uint8_t {
  kTwice = 0,  // more than one securitylabel
  kStructure,  // not exactly one <label/>, or not exactly one child in it
  kFormat,     // a label format that this guard does not read
  kBase64,     // not canonical base64
  kEncoding,   // not the DER of a label
};
[[nodiscard]] std::string_view to_string(LabelFault fault);
[[nodiscard]] std::optional<LabelFault> label_fault_from(std::string_view name);

// LabelFacts is what was found as a label. `fault` goes before everything: whatever else is set,
// a stanza with a label fault is refused.
struct LabelFacts {
  bool present = false;                // there is a securitylabel, whatever is in it
  std::optional<LabelFault> fault;     // why it was not understood
  std::string fault_detail;            // stable words, e.g. labels::to_string(LabelReason)
  std::optional<labels::Label> label;  // none: absent, or an empty <label/> (SPEC: L5)
  std::vector<labels::Label> equivalents;

  bool operator==(const LabelFacts&) const = default;
};

inline constexpr std::size_t kMaxElementFacts = 64;  // more are counted, and refused

struct StanzaFacts {
  guard::Lane lane = guard::Lane::kHighToLow;
  guard::PeerIndex peer = 0;  // the authenticated peer that sent it
  guard::xmpp::Jid from;      // in normal form, as all addresses here
  guard::xmpp::Jid to;
  StanzaKind kind = StanzaKind::kMessage;
  StanzaType type = StanzaType::kNormal;
  std::uint32_t octets = 0;  // of the whole stanza as received
  std::array<PartFact, kPartCount> parts{};
  // The children that are neither parts, nor securitylabel, nor <error/>: of a message or
  // presence its extensions, of an iq its payload. In document order, repetitions included. Of
  // messages the element x of http://jabber.org/protocol/muc#user is named for what it holds:
  // "invite", "decline", else "x".
  std::vector<ElementFact> elements;
  std::uint32_t more_elements = 0;  // children past kMaxElementFacts
  // Namespaces of children that are known and were left out before anybody looked (schemas/
  // dropped.h), each once, in ascending order. For the record: no decision depends on them.
  std::vector<std::string> dropped;
  LabelFacts label;
  // The label that it left with, where that is a translation of the one that it was judged as. For
  // the record, which the filter writes when it has decided: no decision depends on it.
  std::optional<labels::Label> sent;
  // Of the stream that it came on; kNone unless the policy asks for the sending peer's.
  CertificateClearance certificate;
  guard::UtcTime at;  // when it is judged; 0: nobody knows, and every date of the policy refuses

  [[nodiscard]] const PartFact& part(Part p) const { return parts[static_cast<std::size_t>(p)]; }
  [[nodiscard]] PartFact& part(Part p) { return parts[static_cast<std::size_t>(p)]; }

  bool operator==(const StanzaFacts&) const = default;
};

// StanzaClass is what kind of rule a stanza is judged by, and where its label comes from.
enum class StanzaClass : std::uint8_t {
  kMessage = 0,    // a message with content: its own label, else its peer's default
  kSignal,         // a message without content (receipts, chat states, bare): implied label
  kSubjectChange,  // groupchat with a subject and no other content (SPEC: XEP-0045 8.1): implied
                   // label
  kPresence,       // implied label
  kRequest,        // an iq get or set: implied label
  kAnswer,         // an iq result or error: goes by the rule that its request would go by
  kError,          // a message or presence of type error: exempt from labels (SPEC: L3)
};
[[nodiscard]] std::string_view to_string(StanzaClass c);

// class_of gives the class. A message is a signal only if it has no body, no subject, and no
// element but those of carries_no_content.
[[nodiscard]] StanzaClass class_of(const StanzaFacts& facts);

// carries_no_content says whether elements of that namespace are no content in a message:
// receipts, chat states, stanza and origin ids, delay. Everything unknown is content.
[[nodiscard]] bool carries_no_content(std::string_view ns);

}  // namespace policy
