// Marking: a label or a clearance in words, for people: in the audit log, on pages and portions of
// documents, and as the display marking of XEP-0258.
//
// It never decides (SPEC: XEP-0258 4.2). It is made from the security policy, never from a marking
// that a peer sent, and holds no text that a label's writer chose: a privacy mark is shown where
// the policy lists it, the text of a user input never. README.md says how one is put together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labels/clearance.h"
#include "labels/label.h"
#include "labels/security_policy.h"

namespace labels {

// MarkingPurpose: where the marking is to stand. In phrases of a security policy the code of the
// same name says that they are meant for it, pageTopBottom for both ends of a page.
enum class MarkingPurpose : std::uint8_t {
  kPageTop,  // also what XEP-0258 displays, and what the audit log records
  kPageBottom,
  kDocumentStart,
  kDocumentEnd,
  kFirstLineOfText,
  kLastLineOfText,
  kSubject,
  kXHeader,     // by simple phrases, where there are any
  kPortion,     // by short phrases, where there are any
  kInputTitle,  // by input phrases, where there are any
  kWaterMark,
};

// to_string gives the spelling of the file's codes: "pageTop", …, "portionMarking", "waterMark".
[[nodiscard]] std::string_view to_string(MarkingPurpose purpose);
// marking_purpose is the inverse of to_string; nullopt for any other text.
[[nodiscard]] std::optional<MarkingPurpose> marking_purpose(std::string_view text);

// MarkingStyle says which of the policy's words are taken.
struct MarkingStyle {
  MarkingPurpose purpose = MarkingPurpose::kPageTop;
  // Language ranges, the most wanted first (SPEC: RFC 4647 3.4, lookup). Where none of them finds a
  // phrase: one without a language, else an English one, else the first in the file.
  std::vector<std::string> languages = {};
};

// marking gives one line (a control character in the policy's words becomes a space), e.g. "EXAMPLE
// SECRET RELTO ALPHA, BRAVO". It is total: what the policy does not know appears in square brackets
// by number, e.g. "[classification 9]", and never as text that the label's writer chose. What the
// label bears and the policy hides (noMarkingDisplay, an empty phrase) does not appear.
[[nodiscard]] std::string marking(const SecurityPolicy& policy, const Label& label,
                                  const MarkingStyle& style);
[[nodiscard]] std::string marking(const SecurityPolicy& policy, const Label& label);

// clearance_marking gives one line: the policy, every classification from the lowest to the
// highest, then the categories as in a label. It is total in the same way.
[[nodiscard]] std::string clearance_marking(const SecurityPolicy& policy,
                                            const Clearance& clearance,
                                            const MarkingStyle& style = {});

// DisplayMarking is what XEP-0258 shows; colours are "#RRGGBB", or empty where the policy has none.
struct DisplayMarking {
  std::string text;
  std::string background;
  std::string foreground;

  bool operator==(const DisplayMarking&) const = default;
};

// display_marking gives the marking and the classification's colours. Where the policy gives only
// a background, the foreground is black or white, whichever is read more easily on it.
[[nodiscard]] DisplayMarking display_marking(const SecurityPolicy& policy, const Label& label,
                                             const MarkingStyle& style);
[[nodiscard]] DisplayMarking display_marking(const SecurityPolicy& policy, const Label& label);

}  // namespace labels
