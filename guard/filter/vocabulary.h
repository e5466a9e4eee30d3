// Vocabulary: every element that may cross, with the one order and spelling in which it is written.
//
// The schemas say what is valid; this says what is canonical, and how many of each there may be
// (the schemas allow any order and leave numbers to code, because real clients do not keep the
// order of the standards' schemas). What the schemas let through and this does not know is refused:
// an element crosses only where both lists have it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace guard::filter {

namespace ns {
inline constexpr std::string_view kServer = "jabber:server";
inline constexpr std::string_view kXml = "http://www.w3.org/XML/1998/namespace";
inline constexpr std::string_view kLabel = "urn:xmpp:sec-label:0";
inline constexpr std::string_view kEssLabel = "urn:xmpp:sec-label:ess:0";
inline constexpr std::string_view kCatalog = "urn:xmpp:sec-label:catalog:2";
inline constexpr std::string_view kChatStates = "http://jabber.org/protocol/chatstates";
inline constexpr std::string_view kReceipts = "urn:xmpp:receipts";
inline constexpr std::string_view kPing = "urn:xmpp:ping";
inline constexpr std::string_view kDiscoInfo = "http://jabber.org/protocol/disco#info";
inline constexpr std::string_view kDiscoItems = "http://jabber.org/protocol/disco#items";
inline constexpr std::string_view kMuc = "http://jabber.org/protocol/muc";
inline constexpr std::string_view kMucUser = "http://jabber.org/protocol/muc#user";
inline constexpr std::string_view kDelay = "urn:xmpp:delay";
inline constexpr std::string_view kStanzaId = "urn:xmpp:sid:0";
inline constexpr std::string_view kStanzaErrors = "urn:ietf:params:xml:ns:xmpp-stanzas";
}  // namespace ns

// How a value is brought into its one spelling.
enum class ValueKind : std::uint8_t {
  kText,      // free text, as it is
  kToken,     // one of a few words: white space around it is dropped
  kOpaque,    // an identifier of the peer's: bounded, printable ASCII
  kNumber,    // a decimal integer: no plus sign, no leading zeros
  kJid,       // an address in its normal form
  kStamp,     // a time: UTC, whole seconds
  kLanguage,  // a language tag in lower case
  kWord,      // one of the rule's `words`: white space around it is dropped
  kFeature,   // one of the stanza's features (StanzaHead): white space around it is dropped
  kDropped,   // known, and never written, whatever it is
};

struct AttributeRule {
  std::string_view name;  // "xml:lang" for the one that has a namespace
  ValueKind kind = ValueKind::kText;
  std::span<const std::string_view> words = {};  // of kWord, in ascending order
};

enum class Content : std::uint8_t {
  kEmpty,        // nothing; white space is dropped
  kText,         // character data
  kElements,     // child elements; white space between them is dropped
  kDropped,      // the element crosses without its content
  kRegenerated,  // the whole element is never copied: what is written in its place is ours
};

// ElementRule says how one element is written. Attributes are in alphabetical order, which is the
// order of writing, and none but these pass. Children are in the order of writing.
struct ElementRule {
  std::string_view ns;
  std::string_view name;
  Content content = Content::kEmpty;
  ValueKind text = ValueKind::kText;  // of kText
  std::uint16_t most = 1;             // in one parent
  std::string_view key = {};          // no two siblings share this attribute's value, its absence
                                      // included; the first of `attributes`. Empty: none
  std::span<const AttributeRule> attributes = {};
  std::span<const ElementRule> children = {};
  // Of all siblings of one namespace only one may stand (chat states, an iq's payload).
  bool alone_in_namespace = false;
  // An element with a value that is not among the words of its kind is left out, where it would
  // otherwise be refused; siblings that come out the same are written once.
  bool omit_unlisted = false;
  bool merge_equal = false;
  // Likewise one with an address of a third domain.
  bool omit_foreign = false;
};

// kMaxOpaque bounds a kOpaque value, in octets.
inline constexpr std::size_t kMaxOpaque = 256;

// kMaxPayloadJids bounds the addresses in the payload of one stanza: each costs a normalisation.
inline constexpr std::size_t kMaxPayloadJids = 64;

// The rules of the stanzas. Their attributes list is empty: stanza.h holds those. Free text is in
// message_rule only (its label judges it), but for the status of a presence, which a policy has to
// name: the others carry no label, so what they may say is closed lists.
[[nodiscard]] const ElementRule& message_rule();
[[nodiscard]] const ElementRule& presence_rule();
[[nodiscard]] const ElementRule& iq_request_rule();
[[nodiscard]] const ElementRule& iq_result_rule();

// find_child returns the rule of a child of `parent`, or nullptr where it may not stand there.
[[nodiscard]] const ElementRule* find_child(const ElementRule& parent, std::string_view ns,
                                            std::string_view name);

}  // namespace guard::filter
