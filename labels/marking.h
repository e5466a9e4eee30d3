// Marking: a label in words, for people: in the audit log, and as the display marking of XEP-0258.
//
// It never decides (SPEC: XEP-0258 4.2). It is made from the security policy, never from a marking
// that a peer sent.
#pragma once

#include <string>

#include "labels/label.h"
#include "labels/security_policy.h"

namespace labels {

// marking gives one line, e.g. "EXAMPLE SECRET RELTO ALPHA, BRAVO". It is total: what the policy
// does not know appears in square brackets by number, e.g. "[classification 9]", and never as text
// that the label's writer chose.
[[nodiscard]] std::string marking(const SecurityPolicy& policy, const Label& label);

// DisplayMarking is what XEP-0258 shows; colours are "#RRGGBB", or empty where the policy has none.
struct DisplayMarking {
  std::string text;
  std::string background;
  std::string foreground;

  bool operator==(const DisplayMarking&) const = default;
};

// display_marking gives the marking and the classification's colours. Where the policy gives only
// a background, the foreground is black or white, whichever is read more easily on it.
[[nodiscard]] DisplayMarking display_marking(const SecurityPolicy& policy, const Label& label);

}  // namespace labels
