// Checkpoint and KeyStatement: the two texts that a log signs. Both are notes (note.h).
//
// A checkpoint (C2SP tlog-checkpoint.md) says what tree a log has:
//
//   ORIGIN, the log's name for its whole life
//   SIZE, decimal
//   ROOT, base64
//
// and is signed by the key of the segment that the last record is in; the key's name is
// ORIGIN/NUMBER. A key statement says which key that is:
//
//   xmpp-guard segment key v1
//   ORIGIN
//   NUMBER of the segment
//   SIZE and ROOT of the tree before its first record
//   PUBLIC KEY, base64
//
// and is signed by the key of the segment before, by the root key (named xmpp-guard-root), or,
// where a site has no root key, by the key itself.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "audit/note.h"
#include "guard/base/sha256.h"

namespace audit {

constexpr std::string_view kRootKeyName = "xmpp-guard-root";

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;  // records from the first; the sequence of the last
  guard::Digest root{};
  bool operator==(const Checkpoint&) const = default;
};

struct KeyStatement {
  std::string origin;
  std::uint64_t segment = 0;
  std::uint64_t size = 0;  // of the tree before the segment
  guard::Digest root{};
  PublicKey key{};
  bool operator==(const KeyStatement&) const = default;
};

// key_name is the name of a segment's key.
[[nodiscard]] std::string key_name(std::string_view origin, std::uint64_t segment);

// is_origin says whether `text` may be a log's name: 1 to 128 of a-z, 0-9, '.', '-', '/'.
[[nodiscard]] bool is_origin(std::string_view text);

[[nodiscard]] std::string to_text(const Checkpoint& checkpoint);
[[nodiscard]] std::string to_text(const KeyStatement& statement);

// parse_* read what to_text writes; a checkpoint may have further lines, which are not looked at.
// The error says what was expected.
[[nodiscard]] std::expected<Checkpoint, std::string_view> parse_checkpoint(std::string_view text);
[[nodiscard]] std::expected<KeyStatement, std::string_view> parse_key_statement(
    std::string_view text);

}  // namespace audit
