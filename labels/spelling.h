// Spelling: what the octets of a file with a label or clearance are: DER, or text that stands for
// it, or XML.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "guard/base/bytes.h"

namespace labels {

enum class Spelling : std::uint8_t { kRaw, kBase64, kHex, kPem, kXml };

// to_string gives "DER", "base64", "hex", "PEM" or "XML".
[[nodiscard]] std::string_view to_string(Spelling spelling);

// spelling_of tells by the content: '<' as the first character that is not white space (or behind a
// byte order mark) is XML; "-----BEGIN " anywhere in text is PEM; text of nothing but hex digits
// and white space that begins with 31 (a label) or 30 (a clearance, a certificate) is hex; other
// text (ASCII without control characters) is base64; anything else is raw.
[[nodiscard]] Spelling spelling_of(guard::BytesView octets);

// octets_of gives the octets that base64 or hex stand for, or the octets themselves where they are
// raw; white space is collapsed first. The error is a sentence that names the character at fault.
// REQUIRES: kRaw, kBase64 or kHex.
[[nodiscard]] std::expected<guard::Bytes, std::string> octets_of(guard::BytesView octets,
                                                                 Spelling spelling);

}  // namespace labels
