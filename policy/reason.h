// Reason: why a stanza was allowed or refused. The names stand in records and never change their
// meaning; policy/README.md explains each.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace policy {

enum class Reason : std::uint8_t {
  kNotJudged = 0,         // "not-judged": a Decision that nobody filled in
  kAllowed,               // "allowed"
  kFactsInconsistent,     // "facts-inconsistent": lane, peer, kind and type do not fit together
  kFromNotOfPeer,         // "from-not-of-peer"
  kNoRoute,               // "no-route"
  kWithinSide,            // "within-side"
  kNotVisible,            // "not-visible"
  kPeerBlocked,           // "peer-blocked"
  kPeerInactive,          // "peer-inactive"
  kLabelTwice,            // "label-twice"
  kLabelStructure,        // "label-structure"
  kLabelFormat,           // "label-format"
  kLabelBase64,           // "label-base64"
  kLabelEncoding,         // "label-encoding"
  kLabelMissing,          // "label-missing"
  kLabelOnPresence,       // "label-on-presence"
  kLabelOnIq,             // "label-on-iq"
  kLabelOnError,          // "label-on-error"
  kLabelPolicy,           // "label-policy"
  kLabelUnknown,          // "label-unknown"
  kLabelInvalid,          // "label-invalid"
  kEquivalentTwice,       // "equivalent-twice"
  kSenderTranslation,     // "sender-translation"
  kSenderClearance,       // "sender-clearance"
  kReceiverClearance,     // "receiver-clearance"
  kReceiverTranslation,   // "receiver-translation"
  kNoRule,                // "no-rule"
  kRefusedByRule,         // "refused-by-rule"
  kPartNotAllowed,        // "part-not-allowed"
  kElementNotAllowed,     // "element-not-allowed"
  kTooLong,               // "too-long"
  kNothingLeft,           // "nothing-left"
  kCertificateClearance,  // "certificate-clearance"
};
inline constexpr std::size_t kReasonCount = 33;

[[nodiscard]] std::string_view to_string(Reason reason);
[[nodiscard]] std::optional<Reason> reason_from(std::string_view name);

}  // namespace policy
