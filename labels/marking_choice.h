// Which of an element's phrases and qualifiers is shown, for one purpose and the reader's
// languages.
#pragma once

#include <optional>
#include <string_view>

#include "labels/marking.h"
#include "labels/marking_data.h"

namespace labels {

// chosen_phrase returns what is shown of the element itself: empty where the policy says that
// nothing is, nullopt where it has no phrase for this purpose (so that the name stands for it).
// Phrases for the place of the policy's name (replacePolicy) are not among them. Borrows.
[[nodiscard]] std::optional<std::string_view> chosen_phrase(const MarkingData& data,
                                                            const MarkingStyle& style);

// chosen_replacement returns what the element puts in the place of the policy's name, perhaps
// nothing (an empty view); nullopt where it leaves the name alone. Borrows.
[[nodiscard]] std::optional<std::string_view> chosen_replacement(const MarkingData& data,
                                                                 const MarkingStyle& style);

// has_code says whether the element has this code (kNoNameDisplay, kNoMarkingDisplay or
// kSuppressClassName) for the purpose, in whatever language.
[[nodiscard]] bool has_code(const MarkingData& data, const MarkingStyle& style, MarkingCode code);

// ChosenQualifier frames what is shown of an element; nullopt where the element does not say.
struct ChosenQualifier {
  std::optional<std::string_view> prefix = {};
  std::optional<std::string_view> separator = {};
  std::optional<std::string_view> suffix = {};
};

// chosen_qualifier takes the qualifiers for the purpose; where the element has none for it, those
// for pages, else for documents. Borrows.
[[nodiscard]] ChosenQualifier chosen_qualifier(const MarkingData& data, const MarkingStyle& style);

}  // namespace labels
