// Stream management as values (XEP-0198): its elements. No stream is resumed.
//
//   <sm/> in the features ──→ <enable/> ──→ <enabled/>   from here on either end counts the
//                                      └──→ <failed/>    stanzas (message, presence, iq) that
//                                                        it gets: h, modulo 2^32
//   <r/> is answered at once by <a h='…'/>, which may also come unasked.
//
// Two guards agree on more: each stanza is acknowledged by itself, so that one whose server behind
// a guard is stalled does not hold up the count of those behind it on a stream that many pairs
// share.
//
//   <handled/> in the features, in <enable/> and in <enabled/> ──→ from here on either end says
//   <handled first='5' last='9'/> instead of an unasked <a/>. Places count like h, from 1, and do
//   not go round. <r/> and <a/> are as ever.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "guard/xmpp/element.h"
#include "guard/xmpp/stanza_error.h"
#include "guard/xmpp/stream_event.h"

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
  bool each = false;    // of kEnable and kEnabled: <handled/> is in it
};

inline constexpr std::string_view kHandledNs = "urn:xmpp-guard:handled:1";

enum class ManagementFault : std::uint8_t {
  kNotManagement,  // another namespace or name
  kNoCount,        // kAnswer: h is absent, no number in digits, or past 2^32 - 1
};

// read_management reads one element. Attributes other than h (resume, max, id, location) are
// ignored: nothing is resumed.
[[nodiscard]] std::expected<ManagementElement, ManagementFault> read_management(
    const StreamElement& element);

// write_handled writes <handled/>, with the run where one is given.
[[nodiscard]] std::string write_handled(const std::optional<PlaceRun>& run);
// read_handled reads one; nullopt where the element is another, or where first and last are no
// numbers in digits, from 1 to 2^63 - 1, in this order.
[[nodiscard]] std::optional<PlaceRun> read_handled(const StreamElement& element);

// write_management writes an element other than kFailed; h only with kAnswer.
[[nodiscard]] std::string write_management(const ManagementElement& element);
[[nodiscard]] std::string write_management_failed(ManagementVersion version, StanzaError condition);

// write_count_error writes the stream error for an h that is too high (SPEC: XEP-0198 4; S22),
// like write_stream_error.
[[nodiscard]] std::string write_count_error(std::uint32_t h, std::uint32_t sent);

}  // namespace guard::xmpp
