// ReadError: why a document was refused, and where.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace schemas {

// ReadFault: the kinds of refusal. Comments name the stream error of RFC 6120 section 4.9.3 that
// answers each when a peer's stanza is the document.
enum class ReadFault : std::uint8_t {
  kNotWellFormed,  // not-well-formed; an unbound prefix and a duplicate attribute are here too
  kBadEncoding,    // unsupported-encoding: not UTF-8
  kRestrictedXml,  // restricted-xml: declaration, DOCTYPE, comment, PI, entity (RFC 6120 11.1)
  kForbiddenText,  // not-well-formed: a noncharacter, which XML 1.0 permits and the guard does not
  kNamespace,      // invalid-namespace: not jabber:server, a prefixed stanza, the xsi namespace
  kUnsupportedStanza,  // unsupported-stanza-type: neither message, presence nor iq
  kSchema,             // not an error of the stream: the stanza is refused
  kLimit,              // policy-violation: too large, too deep, too many
  kInternal,           // internal-server-error: the library failed; the stanza is withheld
};

// to_string names the fault in lower case with dashes: "not-well-formed".
[[nodiscard]] std::string_view to_string(ReadFault fault);

// ReadError's message may quote the document, so where a peer wrote the document it belongs in the
// audit log and nowhere else. Lines and columns count from 1; 0 where there is no place.
struct ReadError {
  ReadFault fault = ReadFault::kInternal;
  std::uint64_t line = 0;
  std::uint64_t column = 0;
  std::string message;   // what was found
  std::string expected;  // what was expected; may be empty
  // The innermost element that was open: an unknown child of {urn:xmpp:sec-label:0}label is an
  // unknown label format. Empty before the root.
  std::string parent_ns;
  std::string parent_name;
};

// hint_of says what helps against a message of the XML parser whose cause is seldom what it names;
// empty for every other message.
[[nodiscard]] std::string_view hint_of(std::string_view message);

}  // namespace schemas
