// FrameFault and FrameLimits: what the framer refuses, and the bounds that it enforces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "guard/xmpp/stream_error.h"

namespace guard::xmpp {

// FrameLimits bounds one top-level element. Each bound is inclusive: an element at the bound
// passes, and one past it is refused without waiting for its end.
struct FrameLimits {
  std::size_t bytes = 262'144;     // of the whole element, or of the stream header
  std::uint32_t depth = 32;        // of nested elements; the top-level element itself is 1. <= 64
  std::uint32_t attributes = 32;   // of one element, namespace declarations not counted
  std::uint32_t namespaces = 16;   // namespace declarations of one element
  std::uint32_t elements = 1'024;  // in one top-level element, itself counted

  bool operator==(const FrameLimits&) const = default;
};

inline constexpr std::uint32_t kDepthCeiling = 64;

// kLimitsBeforeAuthentication holds until a stream is authenticated, and afterwards for every
// top-level element that is not a stanza (SPEC: S8).
inline constexpr FrameLimits kLimitsBeforeAuthentication{
    .bytes = 8'192, .depth = 32, .attributes = 32, .namespaces = 16, .elements = 32};

// FrameFault says why bytes were refused. The numbers are stable (audit log).
enum class FrameFault : std::uint8_t {
  kMalformed = 0,              // markup that no XML processor would accept
  kMismatchedTag = 1,          // an end tag that does not match, or closes nothing
  kForbiddenCharacter = 2,     // a code point that XML 1.0 forbids (control characters, U+FFFE)
  kBadReference = 3,           // a character reference that is malformed or names such a one
  kEntity = 4,                 // an entity reference that is not one of the five predefined
  kComment = 5,                // <!-- -->
  kProcessingInstruction = 6,  // <?x ?>
  kDoctype = 7,                // <!DOCTYPE, or any other declaration
  kMisplacedCdata = 8,         // <![CDATA[ outside of an element's content
  kXmlDeclaration = 9,         // misplaced, malformed, or of another version than 1.0
  kBadUtf8 = 10,               // overlong, surrogate, beyond U+10FFFF, truncated
  kUnsupportedEncoding = 11,   // a declaration that names another encoding than UTF-8
  kTextBetweenStanzas = 12,    // character data other than white space at stream level
  kTooManyBytes = 13,
  kTooDeep = 14,
  kTooManyAttributes = 15,
  kTooManyNamespaces = 16,
  kTooManyElements = 17,
  kNotAStanza = 18,     // exactly_one_stanza: not message, presence or iq
  kTrailingBytes = 19,  // exactly_one_stanza: something follows the first element
  kIncomplete = 20,     // exactly_one_stanza: the element does not end
  kAfterClose = 21,     // bytes behind the stream's end tag
};

// to_string gives a short word for the audit log, such as "comment" or "too-deep".
[[nodiscard]] std::string_view to_string(FrameFault fault);

// stream_error_for gives the condition that closes the stream (SPEC: RFC 6120 4.9.3, 11.1, 13.12).
[[nodiscard]] StreamError stream_error_for(FrameFault fault);

}  // namespace guard::xmpp
