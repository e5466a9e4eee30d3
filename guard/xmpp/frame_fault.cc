#include "guard/xmpp/frame_fault.h"

namespace guard::xmpp {

std::string_view to_string(FrameFault fault) {
  switch (fault) {
    case FrameFault::kMalformed:
      return "malformed";
    case FrameFault::kMismatchedTag:
      return "mismatched-tag";
    case FrameFault::kForbiddenCharacter:
      return "forbidden-character";
    case FrameFault::kBadReference:
      return "bad-reference";
    case FrameFault::kEntity:
      return "entity";
    case FrameFault::kComment:
      return "comment";
    case FrameFault::kProcessingInstruction:
      return "processing-instruction";
    case FrameFault::kDoctype:
      return "doctype";
    case FrameFault::kMisplacedCdata:
      return "misplaced-cdata";
    case FrameFault::kXmlDeclaration:
      return "xml-declaration";
    case FrameFault::kBadUtf8:
      return "bad-utf8";
    case FrameFault::kUnsupportedEncoding:
      return "unsupported-encoding";
    case FrameFault::kTextBetweenStanzas:
      return "text-between-stanzas";
    case FrameFault::kTooManyBytes:
      return "too-many-bytes";
    case FrameFault::kTooDeep:
      return "too-deep";
    case FrameFault::kTooManyAttributes:
      return "too-many-attributes";
    case FrameFault::kTooManyNamespaces:
      return "too-many-namespaces";
    case FrameFault::kTooManyElements:
      return "too-many-elements";
    case FrameFault::kNotAStanza:
      return "not-a-stanza";
    case FrameFault::kTrailingBytes:
      return "trailing-bytes";
    case FrameFault::kIncomplete:
      return "incomplete";
    case FrameFault::kAfterClose:
      return "after-close";
  }
  return "unknown";
}

StreamError stream_error_for(FrameFault fault) {
  switch (fault) {
    case FrameFault::kMalformed:
    case FrameFault::kMismatchedTag:
    case FrameFault::kForbiddenCharacter:
    case FrameFault::kBadReference:
    case FrameFault::kMisplacedCdata:
    case FrameFault::kXmlDeclaration:
    case FrameFault::kTrailingBytes:
    case FrameFault::kIncomplete:
    case FrameFault::kAfterClose:
      return StreamError::kNotWellFormed;
    case FrameFault::kEntity:
    case FrameFault::kComment:
    case FrameFault::kProcessingInstruction:
    case FrameFault::kDoctype:
      return StreamError::kRestrictedXml;
    case FrameFault::kBadUtf8:
    case FrameFault::kUnsupportedEncoding:
      return StreamError::kUnsupportedEncoding;
    case FrameFault::kTextBetweenStanzas:
      return StreamError::kBadFormat;
    case FrameFault::kTooManyBytes:
    case FrameFault::kTooDeep:
    case FrameFault::kTooManyAttributes:
    case FrameFault::kTooManyNamespaces:
    case FrameFault::kTooManyElements:
      return StreamError::kPolicyViolation;
    case FrameFault::kNotAStanza:
      return StreamError::kUnsupportedStanzaType;
  }
  return StreamError::kUndefinedCondition;
}

}  // namespace guard::xmpp
