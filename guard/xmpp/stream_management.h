// Stream management as values (XEP-0198): its elements, and the count of what the other end has
// acknowledged. No stream is resumed.
//
//   <sm/> in the features ──→ <enable/> ──→ <enabled/>   from here on either end counts the
//                                      └──→ <failed/>    stanzas (message, presence, iq) that
//                                                        it gets: h, modulo 2^32
//   <r/> is answered at once by <a h='…'/>, which may also come unasked.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "guard/xmpp/element.h"
#include "guard/xmpp/stanza_error.h"

namespace guard::xmpp {

// ManagementVersion: both are spoken alike. COMPAT(prosody 0.12): it offers both.
enum class ManagementVersion : std::uint8_t {
  k2 = 2,  // urn:xmpp:sm:2
  k3 = 3,  // urn:xmpp:sm:3
};

[[nodiscard]] std::string_view namespace_of(ManagementVersion version);
// management_version is the inverse; nullopt for any other namespace.
[[nodiscard]] std::optional<ManagementVersion> management_version(std::string_view ns);

enum class ManagementKind : std::uint8_t { kEnable, kEnabled, kFailed, kResume, kRequest, kAnswer };

struct ManagementElement {
  ManagementKind kind = ManagementKind::kRequest;
  ManagementVersion version = ManagementVersion::k3;
  std::uint32_t h = 0;  // of kAnswer
};

enum class ManagementFault : std::uint8_t {
  kNotManagement,  // another namespace or name
  kNoCount,        // kAnswer: h is absent, no number in digits, or past 2^32 - 1
};

// read_management reads one element. Attributes other than h (resume, max, id, location) are
// ignored: nothing is resumed.
[[nodiscard]] std::expected<ManagementElement, ManagementFault> read_management(
    const StreamElement& element);

// write_management writes an element other than kFailed; h only with kAnswer.
[[nodiscard]] std::string write_management(const ManagementElement& element);
[[nodiscard]] std::string write_management_failed(ManagementVersion version, StanzaError condition);

// write_count_error writes the stream error for an h that is too high (SPEC: XEP-0198 4; S22),
// like write_stream_error.
[[nodiscard]] std::string write_count_error(std::uint32_t h, std::uint32_t sent);

// SentCount: what was sent on a managed stream, and what of it is acknowledged, modulo 2^32.
class SentCount {
 public:
  // Both counts begin at `start`, which is 0 but for tests of the wrap.
  explicit SentCount(std::uint32_t start = 0) : sent_(start), acknowledged_(start) {}

  void send(std::uint32_t count) { sent_ += count; }
  [[nodiscard]] std::uint32_t sent() const { return sent_; }
  [[nodiscard]] std::uint32_t unacknowledged() const { return sent_ - acknowledged_; }

  // acknowledge takes an h and gives how many more it covers than the last; nullopt where it covers
  // more than was sent, or less than before, which modulo 2^32 is the same.
  [[nodiscard]] std::optional<std::uint32_t> acknowledge(std::uint32_t h);

 private:
  std::uint32_t sent_;
  std::uint32_t acknowledged_;
};

}  // namespace guard::xmpp
