// XmlText: character data and attribute values in their one canonical spelling.
//
// INVARIANT(REGENERATED): there is exactly one way to write each text, so that nothing of how a
// peer spelled it (CDATA, character references, quotes) survives.
#pragma once

#include <string>
#include <string_view>

namespace guard {

// append_text writes character data: "&amp;", "&lt;", "&gt;", and "&#xD;" for a carriage return
// (a literal one would be read back as a line feed). Everything else as it is.
// REQUIRES: UTF-8 of characters that XML 1.0 allows (schemas/reader.h gives no others).
void append_text(std::string& out, std::string_view text);

// append_value writes an attribute's value, without its quotes: as append_text, and "&quot;",
// "&#x9;", "&#xA;" (literal ones would be read back as spaces).
// REQUIRES: as append_text.
void append_value(std::string& out, std::string_view text);

// is_white says whether there is nothing but XML's white space.
[[nodiscard]] bool is_white(std::string_view text);

// append_attribute writes ` name="value"`.
void append_attribute(std::string& out, std::string_view name, std::string_view value);

}  // namespace guard
