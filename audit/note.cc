#include "audit/note.h"

#include <algorithm>

#include "guard/base/base64.h"
#include "guard/base/check.h"
#include "guard/base/sha256.h"

namespace audit {
namespace {

constexpr std::string_view kDash = "\xe2\x80\x94 ";  // em dash, space

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::none_of(text, [](char c) {
    return c == ' ' || c == '+' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

std::array<std::uint8_t, 4> id_of(std::string_view name, const PublicKey& key) {
  constexpr std::uint8_t kKind[] = {'\n', 0x01};  // Ed25519
  guard::Sha256 sha;
  const guard::Digest digest = sha.digest({guard::as_bytes(name), kKind, key});
  return {digest[0], digest[1], digest[2], digest[3]};
}

}  // namespace

bool Note::is_signed_by(std::string_view name, const PublicKey& key) const {
  const auto id = id_of(name, key);
  return std::ranges::any_of(signatures, [&](const Line& line) {
    return line.name == name && line.key_id == id && is_signed(key, text, line.signature);
  });
}

std::string sign_note(std::string_view text, std::string_view name, const SigningKey& key) {
  CHECK(text.ends_with('\n') && is_name(name));
  const auto id = id_of(name, key.public_key());
  const Signature signature = key.sign(text);
  guard::Bytes octets(id.begin(), id.end());
  octets.insert(octets.end(), signature.begin(), signature.end());
  std::string note(text);
  note.append("\n").append(kDash).append(name).append(" ");
  return note.append(guard::to_base64(octets)).append("\n");
}

std::expected<Note, std::string_view> parse_note(std::string_view text) {
  if (text.size() > Note::kMostOctets) return std::unexpected("a note of at most 64 KiB");
  for (const char c : text) {
    if (c != '\n' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)) {
      return std::unexpected("no control characters");
    }
  }
  // The signatures follow the last empty line.
  const std::size_t gap = text.rfind("\n\n");
  if (gap == std::string_view::npos) return std::unexpected("an empty line before the signatures");
  Note note;
  note.text = text.substr(0, gap + 1);
  std::string_view lines = text.substr(gap + 2);
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    if (end == std::string_view::npos) return std::unexpected("a line feed at the end");
    std::string_view line = lines.substr(0, end);
    lines.remove_prefix(end + 1);
    if (!line.starts_with(kDash)) return std::unexpected("signatures below the empty line");
    line.remove_prefix(kDash.size());
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || !is_name(line.substr(0, space))) {
      return std::unexpected("the name of a key");
    }
    const auto octets = guard::from_base64(line.substr(space + 1));
    if (!octets || octets->size() < 5) return std::unexpected("a signature in base64");
    if (note.signatures.size() == Note::kMostSignatures) {
      return std::unexpected("at most 100 signatures");
    }
    Note::Line signature;
    if (octets->size() != signature.key_id.size() + signature.signature.size()) continue;
    signature.name = line.substr(0, space);
    std::copy_n(octets->begin(), signature.key_id.size(), signature.key_id.begin());
    std::copy_n(octets->begin() + 4, signature.signature.size(), signature.signature.begin());
    note.signatures.push_back(std::move(signature));
  }
  if (note.signatures.empty()) return std::unexpected("a signature");
  return note;
}

}  // namespace audit
