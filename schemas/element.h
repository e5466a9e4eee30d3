// Element: a validated XML tree in UTF-8, as the readers (schemas/reader.h) hand it out.
//
// Who controls its content: for policy, SPIF and site files the people who wrote them; for
// stanzas a hostile peer, within what the schema allows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace schemas {

struct Attribute {
  std::string_view ns;  // namespace name; empty for an attribute without a prefix
  std::string_view name;
  std::string_view value;
};

struct Element;

// A child is a run of character data (never two in a row, never empty) or an element.
using Child = std::variant<std::string_view, const Element*>;

// Element borrows everything from the Document (or the StanzaReader) that holds it. Comments,
// processing instructions, namespace declarations, and white space where the schema allows only
// elements are not in the tree; CDATA and character references are plain text.
struct Element {
  std::string_view ns;
  std::string_view name;
  std::span<const Attribute> attributes;  // in document order, xmlns declarations left out
  std::span<const Child> children;
  std::uint32_t line = 0;    // of the start tag, from 1; 0 where the reader keeps no places
  std::uint32_t column = 0;  // after the start tag's last character, from 1

  // attribute returns the value of an attribute in no namespace, or nullptr.
  [[nodiscard]] const std::string_view* attribute(std::string_view attribute_name) const;
  // attribute returns the value of an attribute in `attribute_ns`, or nullptr.
  [[nodiscard]] const std::string_view* attribute(std::string_view attribute_ns,
                                                  std::string_view attribute_name) const;
  // is says whether the element has exactly this namespace and name.
  [[nodiscard]] bool is(std::string_view element_ns, std::string_view element_name) const {
    return ns == element_ns && name == element_name;
  }
  // elements returns the child elements in document order, without the text between them.
  [[nodiscard]] std::vector<const Element*> elements() const;
  // child returns the first child element of that name, or nullptr.
  [[nodiscard]] const Element* child(std::string_view child_ns, std::string_view child_name) const;
  // text returns all character data directly inside the element, concatenated.
  [[nodiscard]] std::string text() const;
};

}  // namespace schemas
