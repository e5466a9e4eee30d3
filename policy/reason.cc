#include "policy/reason.h"

#include <array>

namespace policy {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, kReasonCount> kNames = {
    "not-judged",
    "allowed",
    "facts-inconsistent",
    "from-not-of-peer",
    "no-route",
    "within-side",
    "not-visible",
    "peer-blocked",
    "peer-inactive",
    "label-twice",
    "label-structure",
    "label-format",
    "label-base64",
    "label-encoding",
    "label-missing",
    "label-on-presence",
    "label-on-iq",
    "label-on-error",
    "label-policy",
    "label-unknown",
    "label-invalid",
    "equivalent-twice",
    "sender-translation",
    "sender-clearance",
    "receiver-clearance",
    "receiver-translation",
    "no-rule",
    "refused-by-rule",
    "part-not-allowed",
    "element-not-allowed",
    "too-long",
    "nothing-left",
    "certificate-clearance",
};
static_assert(static_cast<std::size_t>(Reason::kCertificateClearance) + 1 == kReasonCount);

}  // namespace

std::string_view to_string(Reason reason) {
  const auto index = static_cast<std::size_t>(reason);
  return index < kNames.size() ? kNames[index] : std::string_view{};
}

std::optional<Reason> reason_from(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Reason>(i);
  }
  return std::nullopt;
}

}  // namespace policy
