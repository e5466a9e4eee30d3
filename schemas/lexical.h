// The look at the raw octets before Xerces sees them.
//
// Left alone, Xerces skips a DOCTYPE without a word, lets an XML 1.1 declaration change the rules
// of a reused reader for all later documents, and takes quadratic time on attributes. None of
// that reaches it, even where the framer in front of us has let it pass.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "schemas/read_error.h"

namespace schemas {

struct LexicalRules {
  bool comments = false;  // allow <!-- -->
  // The most quoted values in one tag, namespace declarations included: the ceilings of the
  // limits table, 64 attributes and 32 declarations.
  std::size_t max_attributes = 96;
};

struct LexicalFault {
  ReadFault fault;
  std::size_t offset;        // of the octet at fault
  std::string_view message;  // a literal
};

// check_markup walks the document once, in linear time and without memory, and returns the first
// of: `<?`, `<!` that is neither CDATA nor (where allowed) a comment, more attributes than the
// limit, octets that are not UTF-8 (RFC 3629, so no surrogates and no overlong forms). What else
// is not well-formed it leaves to Xerces.
[[nodiscard]] std::optional<LexicalFault> check_markup(std::string_view document,
                                                       const LexicalRules& rules);

struct Declaration {
  std::size_t size;  // octets to skip: a byte order mark, an XML declaration, both, or 0
};

// check_declaration reads what may stand at the start of a file: a UTF-8 byte order mark, then an
// XML declaration that says version 1.0 and, if anything, UTF-8. The guard reads it so that no
// declaration ever reaches Xerces.
[[nodiscard]] std::optional<LexicalFault> check_declaration(std::string_view document,
                                                            Declaration& declaration);

// valid_utf8_prefix returns how many octets from the start are UTF-8.
[[nodiscard]] std::size_t valid_utf8_prefix(std::string_view text);

}  // namespace schemas
