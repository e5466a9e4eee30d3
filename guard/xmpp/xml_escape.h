// Escaping of text that is written into stream-level XML.
#pragma once

#include <string>
#include <string_view>

namespace guard::xmpp {

// append_escaped appends `text` so that it is inert both between tags and inside of either kind
// of quotes. REQUIRES: `text` is UTF-8 of characters that XML 1.0 allows (what the framer and the
// XML parser let through, and what the guard makes itself, is).
void append_escaped(std::string& out, std::string_view text);

// append_attribute appends " name='value'", the value escaped.
void append_attribute(std::string& out, std::string_view name, std::string_view value);

}  // namespace guard::xmpp
