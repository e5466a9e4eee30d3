#include "schemas/read_error.h"

#include "guard/base/check.h"

namespace schemas {

std::string_view to_string(ReadFault fault) {
  switch (fault) {
    case ReadFault::kNotWellFormed:
      return "not-well-formed";
    case ReadFault::kBadEncoding:
      return "bad-encoding";
    case ReadFault::kRestrictedXml:
      return "restricted-xml";
    case ReadFault::kForbiddenText:
      return "forbidden-text";
    case ReadFault::kNamespace:
      return "namespace";
    case ReadFault::kUnsupportedStanza:
      return "unsupported-stanza";
    case ReadFault::kSchema:
      return "schema";
    case ReadFault::kLimit:
      return "limit";
    case ReadFault::kInternal:
      return "internal";
  }
  CHECK(false);
}

std::string_view hint_of(std::string_view message) {
  if (message == "expected entity name for reference" ||
      message.starts_with("unterminated entity reference")) {
    return "&amp; where an ampersand is meant";
  }
  return {};
}

}  // namespace schemas
