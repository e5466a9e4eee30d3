// A DER writer for tests, apart from the one in ess.cc: it writes whatever it is told, wrong or
// right, from hexadecimal pieces.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace labels::test {

inline std::string hex_octet(std::size_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return {kDigits[(value >> 4) & 15], kDigits[value & 15]};
}

// tlv writes tag, shortest length, content; all hexadecimal.
inline std::string tlv(std::string_view tag, const std::string& content) {
  const std::size_t length = content.size() / 2;
  std::string text(tag);
  if (length < 0x80) {
    text += hex_octet(length);
  } else if (length < 0x100) {
    text += "81" + hex_octet(length);
  } else if (length < 0x10000) {
    text += "82" + hex_octet(length >> 8) + hex_octet(length);
  } else {
    text += "83" + hex_octet(length >> 16) + hex_octet(length >> 8) + hex_octet(length);
  }
  return text + content;
}

inline std::string set(const std::string& content) { return tlv("31", content); }
inline std::string sequence(const std::string& content) { return tlv("30", content); }

// category writes SEQUENCE{[0] ….8.3.type, [1]{SEQUENCE{tag set, value}}}.
inline std::string category(int type, const std::string& tag_set_content,
                            const std::string& value) {
  const std::string oid = "608648016502010803" + hex_octet(static_cast<std::size_t>(type));
  return sequence(tlv("80", oid) + tlv("a1", sequence(tlv("06", tag_set_content) + value)));
}

// The policy 2.999.1 as an element, and the content of the tag sets 2.999.1.1 to .127.
inline const std::string kPolicy = "0603883701";
inline std::string tag_set(std::size_t number) { return "883701" + hex_octet(number); }

}  // namespace labels::test
