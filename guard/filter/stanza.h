// Stanza: a validated tree, read: what the policy is asked about, and what may be written of it.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "guard/base/bytes.h"
#include "guard/filter/addresses.h"
#include "guard/filter/envelope.h"
#include "guard/filter/stanza_writer.h"
#include "guard/filter/vocabulary.h"
#include "policy/decide.h"
#include "policy/stanza_facts.h"
#include "schemas/element.h"

namespace guard::filter {

// Stanza borrows `children` and `error` from the tree. REQUIRES: it is not used after that.
struct Stanza {
  policy::StanzaFacts facts;
  std::string id;        // as the peer wrote it
  std::string lang;      // as the peer wrote it; empty without one
  Bytes label_received;  // DER of the primary label as received; empty without one

  // Child is one that may be kept: a part, or an extension or payload.
  struct Child {
    const schemas::Element* element;
    bool is_part;
    policy::Part part;    // of a part
    std::uint32_t index;  // of what is no part: its place in facts.elements; past the end of
                          // that list where there are too many
  };
  std::vector<Child> children;

  [[nodiscard]] Envelope envelope() const;
};

// Head is what a stanza's start tag says, as the peer wrote it. It borrows from the tree.
struct Head {
  std::string_view kind;
  std::string_view type;  // as written; empty without one
  std::string_view id;
  std::string_view lang;
  std::optional<std::string_view> from;
  std::optional<std::string_view> to;
};
[[nodiscard]] Head read_head(const schemas::Element& root);

// set_head fills in kind, type, addresses and id. False where kind and type do not fit together.
// Until set_content has been asked, the facts say that there is content that was not looked at.
[[nodiscard]] bool set_head(Stanza& stanza, const Head& head, const Addresses& addresses);

// set_content reads the children: parts, label, extensions or payload. The label's faults are in
// the facts, for the policy to judge. Errors: text beside elements (kMixedText), an attribute of
// the stanza that is not one of the five (kUnknownAttribute), an error element in a stanza that is
// no error (kUnknownElement).
[[nodiscard]] std::expected<void, ContentFault> set_content(Stanza& stanza,
                                                            const schemas::Element& root);

// set_dropped notes what the reader left out of the tree (schemas::StanzaReader::dropped).
void set_dropped(policy::StanzaFacts& facts, std::span<const std::string_view> dropped);

// payload_fault says what is wrong with the number of an iq's payloads; nullopt for nothing.
[[nodiscard]] std::optional<ContentFault> payload_fault(const policy::StanzaFacts& facts);

// rule_of gives the vocabulary that a stanza is written by. REQUIRES: it is no error.
[[nodiscard]] const ElementRule& rule_of(const policy::StanzaFacts& facts);

// kept_children lists what the decision keeps.
void kept_children(const Stanza& stanza, const policy::Kept& kept,
                   std::vector<const schemas::Element*>& out);

}  // namespace guard::filter
