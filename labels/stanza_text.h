// StanzaText: a stanza in a file, made ready for a schema that knows jabber:server only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace labels {

// StanzaText is a document whose root was message, presence or iq in jabber:client, jabber:server
// or no namespace, and now is in jabber:server. Places in it are those of the file, but for columns
// behind `column` in `line`, which are `added` too high.
struct StanzaText {
  std::string text = {};
  std::size_t line = 0;
  std::size_t column = 0;
  std::size_t added = 0;
};

// stanza_text looks at the root's start tag only; nullopt where the root is no such element without
// prefix, or its start tag cannot be made out (then whoever parses it will say why).
[[nodiscard]] std::optional<StanzaText> stanza_text(std::string_view document);

}  // namespace labels
