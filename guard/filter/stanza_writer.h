// StanzaWriter: our own serialiser. What crosses the guard was written by it, from a tree.
//
// INVARIANT(REGENERATED): every spelling of one stanza gives the same octets: no prefixes, a
// default namespace declared exactly where it changes, attributes in alphabetical order, children
// in the order of the vocabulary, double quotes, one spelling for each character, no white space
// between elements. Children of equal rank are in the order of their octets.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "guard/base/domain_table.h"
#include "guard/filter/vocabulary.h"
#include "schemas/element.h"

namespace guard::filter {

// ContentFault says why an element that its schema lets through has no canonical spelling.
enum class ContentFault : std::uint8_t {
  kUnknownElement,
  kUnknownAttribute,
  kTooMany,         // more of an element than may stand there, or two with the same key
  kValue,           // a value that its kind does not allow
  kUnlisted,        // a word that is not of its closed list
  kAddress,         // an address inside the payload that is malformed
  kForeignAddress,  // one of a third domain
  kMixedText,       // text where only elements may stand
  kMissing,         // an iq request without payload, an error without its error element
};

// to_string gives the stable name for the audit log, e.g. "element-unknown".
[[nodiscard]] std::string_view to_string(ContentFault fault);

// NamedDomains are those that one peer claims by name. Borrowed.
struct NamedDomains {
  const DomainTable* table = nullptr;  // none
  PeerIndex peer = 0;
  [[nodiscard]] bool has(std::string_view domain) const {
    return table != nullptr && table->names(peer, domain);
  }
};

// StanzaHead is a stanza's start tag. Empty values are left out. It borrows what it names.
struct StanzaHead {
  std::string_view name;       // message, presence or iq
  std::string_view from = {};  // in normal form, as are `to` and `lang`
  std::string_view id = {};
  std::string_view to = {};
  std::string_view type = {};
  std::string_view lang = {};
  std::span<const std::string_view> features = {};  // those that may be named, in ascending order
  NamedDomains domains = {};  // further ones that addresses in the payload may be of
};

// StanzaWriter keeps its buffers between stanzas. Not thread-safe.
class StanzaWriter {
 public:
  // write appends the stanza to `out`: the head, then `children` in the order of `rule`, which is
  // one of those of vocabulary.h. Addresses in the payload must be of a domain of the head's two
  // addresses or above one, or of one of the head's further domains. `regenerated` is what stands
  // in the place of children whose content is kRegenerated; it is written whether there were such
  // children or not. After a fault `out` is as it was.
  [[nodiscard]] std::expected<void, ContentFault> write(
      std::string& out, const StanzaHead& head, const ElementRule& rule,
      std::span<const schemas::Element* const> children, std::string_view regenerated = {});

  // write_head appends the start tag of a stanza, with its '>'; close_stanza its end tag.
  static void write_head(std::string& out, const StanzaHead& head);
  static void close_stanza(std::string& out, std::string_view name);

  // append_bare_unavailable writes a presence that says only that somebody has gone. Addresses in
  // normal form.
  static void append_bare_unavailable(std::string& out, std::string_view from, std::string_view to);

 private:
  using Result = std::expected<void, ContentFault>;
  struct Ranked {
    std::uint32_t rank;  // place of the rule in its parent's list
    const schemas::Element* element;
  };
  struct Segment {
    std::size_t begin;  // in the output
    std::size_t size;
    std::string key;  // canonical
  };

  Result append_element(std::string& out, const schemas::Element& element, const ElementRule& rule,
                        std::string_view outer_ns);
  Result append_attributes(std::string& out, const schemas::Element& element,
                           const ElementRule& rule);
  [[nodiscard]] std::span<const std::string_view> words_of(const AttributeRule& rule) const {
    return rule.kind == ValueKind::kFeature ? features_ : rule.words;
  }
  Result check_jid(std::string_view canonical);
  Result append_content(std::string& out, const schemas::Element& element, const ElementRule& rule);
  Result append_inner(std::string& out, const schemas::Element& element, const ElementRule& rule);
  Result rank(const schemas::Element& child, const ElementRule& parent);
  Result append_ranked(std::string& out, std::size_t base, const ElementRule& rule,
                       std::string_view regenerated);
  Result append_run(std::string& out, std::size_t begin, std::size_t end, const ElementRule& rule,
                    std::string_view outer_ns);
  Result sort_run(std::string& out, std::size_t first_segment, const ElementRule& rule);

  // Stacks: each level of the tree uses the part above what its parent uses.
  std::vector<Ranked> ranked_;
  std::vector<Segment> segments_;
  std::string sorted_;
  std::string value_;
  // Of the stanza in hand.
  std::string_view from_domain_;
  std::string_view to_domain_;
  std::span<const std::string_view> features_;
  NamedDomains domains_;
  std::size_t jids_ = 0;
};

}  // namespace guard::filter
