// Markup characters: which octets of ASCII may stand in a name, which are white space, and the
// names of attributes that declare namespaces.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace guard::xmpp {

inline constexpr std::uint8_t kNameStart = 1;
inline constexpr std::uint8_t kNameCharacter = 2;

// ASCII's share of the productions NameStartChar and NameChar (SPEC: XML 1.0, 2.3). What the
// other characters may do in a name is left to the XML parser.
inline constexpr std::array<std::uint8_t, 256> kNameClasses = [] {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 0; c < 256; ++c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
    const bool more = (c >= '0' && c <= '9') || c == '-' || c == '.';
    if (letter) classes[c] = kNameStart | kNameCharacter;
    if (more) classes[c] = kNameCharacter;
  }
  return classes;
}();

inline bool is_name_start(char c) {
  return (kNameClasses[static_cast<std::uint8_t>(c)] & kNameStart) != 0;
}
inline bool is_name(char c) {
  return (kNameClasses[static_cast<std::uint8_t>(c)] & kNameCharacter) != 0;
}
inline bool is_ascii(char c) { return static_cast<std::uint8_t>(c) < 0x80; }
inline bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// declares_namespace takes the name of an attribute: "xmlns" or "xmlns:…".
inline bool declares_namespace(std::string_view name) {
  return name.starts_with("xmlns") && (name.size() == 5 || name[5] == ':');
}

}  // namespace guard::xmpp
