// Note: a text with signatures below it, as C2SP's signed-note.md describes it, with Ed25519 keys.
//
//   text, one or more lines, each ended by a line feed
//   (an empty line)
//   — NAME base64(key id, 4 octets || signature, 64 octets)      one or more of these
//
// A key is named; its id is the first 4 octets of SHA-256(name || 0x0a || 0x01 || public key). What
// is signed is the text with its last line feed.
//
// Who controls its input: whoever hands over a log, an anchor or a proof.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "audit/signing_key.h"

namespace audit {

struct Note {
  static constexpr std::size_t kMostOctets = 64U << 10;
  static constexpr std::size_t kMostSignatures = 100;

  struct Line {
    std::string name;
    std::array<std::uint8_t, 4> key_id{};
    Signature signature{};
  };
  std::string text;  // with its last line feed
  std::vector<Line> signatures;

  // is_signed_by says whether one of the signatures is of this key under this name.
  [[nodiscard]] bool is_signed_by(std::string_view name, const PublicKey& key) const;
};

// sign_note returns text and signature. REQUIRES: the text ends with a line feed and is valid in a
// note; the name is not empty and has neither spaces nor '+'.
[[nodiscard]] std::string sign_note(std::string_view text, std::string_view name,
                                    const SigningKey& key);

// parse_note reads a note; the error says what it expected. A signature by an algorithm that is not
// known here (another length) is left out.
[[nodiscard]] std::expected<Note, std::string_view> parse_note(std::string_view text);

}  // namespace audit
