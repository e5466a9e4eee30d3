// KeptContent: of which stanzas the audit log keeps the content, and who can read it there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace policy {

enum class ContentOf : std::uint8_t {
  kNone = 0,  // of no stanza: the log has digests alone
  kRefused,   // of those that the filter refuses
  kAll,
};
[[nodiscard]] std::string_view to_string(ContentOf value);

// Officer is somebody who can open what is kept.
struct Officer {
  std::string file;         // as the policy names it
  std::string certificate;  // the file's text
};

// KeptContent. INVARIANT: somebody can open what is kept: with kNone there is no officer, otherwise
// there is one or more, and guard::Recipients takes their certificates.
struct KeptContent {
  static constexpr std::uint32_t kLeastOctets = 1U << 20;
  static constexpr std::uint32_t kMostOctets = 1U << 30;

  ContentOf of = ContentOf::kNone;
  std::vector<Officer> officers;  // in the order of the file
  // Sealed octets that the log takes of one peer's stanzas in a minute.
  std::uint32_t octets_per_minute = 16U << 20;
};

}  // namespace policy
