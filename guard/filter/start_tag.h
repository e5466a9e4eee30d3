// StartTag: a stanza's own attributes, read without a parser.
//
// For stanzas that the schema refuses: the reader gives no tree of them, but their sender may be
// owed a reply, and a wrong address closes the stream whatever else is wrong.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace guard::filter {

// StartTag holds values as an XML parser would give them: references resolved, white space
// characters as spaces. Attributes with a prefix are passed over.
struct StartTag {
  std::string name;
  std::optional<std::string> from;
  std::optional<std::string> to;
  std::optional<std::string> id;
  std::optional<std::string> type;
  std::optional<std::string> xmlns;
};

// read_start_tag reads the start tag at the beginning of `stanza`. It is total: nullopt for
// whatever is no well-formed start tag, a second attribute of one name included. Time is linear
// in the start tag's length.
[[nodiscard]] std::optional<StartTag> read_start_tag(std::string_view stanza);

}  // namespace guard::filter
