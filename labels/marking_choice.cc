#include "labels/marking_choice.h"

#include <algorithm>
#include <array>
#include <string>

#include "labels/language_range.h"

namespace labels {
namespace {

constexpr std::array kPurposes{
    MarkingCode::kPageTop,        MarkingCode::kPageBottom,  MarkingCode::kPageTopBottom,
    MarkingCode::kDocumentStart,  MarkingCode::kDocumentEnd, MarkingCode::kFirstLineOfText,
    MarkingCode::kLastLineOfText, MarkingCode::kSubject,     MarkingCode::kXHeader,
    MarkingCode::kPortionMarking, MarkingCode::kInputTitle,  MarkingCode::kWaterMark};

MarkingCode code_of(MarkingPurpose purpose) {
  switch (purpose) {
    case MarkingPurpose::kPageTop:
      return MarkingCode::kPageTop;
    case MarkingPurpose::kPageBottom:
      return MarkingCode::kPageBottom;
    case MarkingPurpose::kDocumentStart:
      return MarkingCode::kDocumentStart;
    case MarkingPurpose::kDocumentEnd:
      return MarkingCode::kDocumentEnd;
    case MarkingPurpose::kFirstLineOfText:
      return MarkingCode::kFirstLineOfText;
    case MarkingPurpose::kLastLineOfText:
      return MarkingCode::kLastLineOfText;
    case MarkingPurpose::kSubject:
      return MarkingCode::kSubject;
    case MarkingPurpose::kXHeader:
      return MarkingCode::kXHeader;
    case MarkingPurpose::kPortion:
      return MarkingCode::kPortionMarking;
    case MarkingPurpose::kInputTitle:
      return MarkingCode::kInputTitle;
    case MarkingPurpose::kWaterMark:
      return MarkingCode::kWaterMark;
  }
  return MarkingCode::kPageTop;  // not reached
}

bool is_page(MarkingPurpose purpose) {
  return purpose == MarkingPurpose::kPageTop || purpose == MarkingPurpose::kPageBottom;
}

// Whether the codes name the purpose.
bool names(const MarkingCodes& codes, MarkingPurpose purpose) {
  return codes.has(code_of(purpose)) ||
         (is_page(purpose) && codes.has(MarkingCode::kPageTopBottom));
}

// Whether something with these codes is for the purpose: it names it, or none at all.
bool suits(const MarkingCodes& codes, MarkingPurpose purpose) {
  if (codes.has(MarkingCode::kUnused)) return false;
  if (names(codes, purpose)) return true;
  return std::ranges::none_of(kPurposes, [&codes](MarkingCode code) { return codes.has(code); });
}

std::optional<std::string_view> text_of(const MarkingPhrase& one, MarkingPurpose purpose) {
  if (purpose == MarkingPurpose::kPortion && !one.short_phrase.empty()) return one.short_phrase;
  if (purpose == MarkingPurpose::kXHeader && !one.simple_phrase.empty()) return one.simple_phrase;
  if (purpose == MarkingPurpose::kInputTitle && !one.input_phrase.empty()) return one.input_phrase;
  if (!one.has_phrase) return std::nullopt;
  return one.phrase;
}

// The language to take from those of `items` that suit; "" for none in particular.
template <typename Items, typename Suits>
std::string_view chosen_language(const Items& items, const MarkingStyle& style, Suits suitable) {
  for (const std::string& range : style.languages) {
    const auto* found = lookup(items, range, suitable);
    if (found != nullptr) return found->language;
  }
  std::string_view first;
  for (const auto& one : items) {
    if (!suitable(one)) continue;
    if (one.language.empty()) return {};
    if (first.empty() || (!is_english(first) && is_english(one.language))) first = one.language;
  }
  return first;
}

// Of those that suit and are in the chosen language or in none: one that `is_special`, then one
// that has a language, then the first.
template <typename Items, typename Suits, typename Special>
auto choose(const Items& items, const MarkingStyle& style, Suits suitable, Special is_special)
    -> decltype(&*items.begin()) {
  const std::string_view language = chosen_language(items, style, suitable);
  decltype(&*items.begin()) best = nullptr;
  int best_rank = -1;
  for (const auto& one : items) {
    if (!suitable(one)) continue;
    if (!one.language.empty() && !same_language(one.language, language)) continue;
    const int rank = (is_special(one) ? 2 : 0) + (one.language.empty() ? 0 : 1);
    if (rank <= best_rank) continue;
    best_rank = rank;
    best = &one;
  }
  return best;
}

std::optional<std::string_view> choose_phrase(const MarkingData& data, const MarkingStyle& style,
                                              bool replaces_policy) {
  const auto suitable = [&](const MarkingPhrase& one) {
    return one.codes.has(MarkingCode::kReplacePolicy) == replaces_policy &&
           suits(one.codes, style.purpose) && text_of(one, style.purpose).has_value();
  };
  const auto is_special = [&](const MarkingPhrase& one) { return names(one.codes, style.purpose); };
  const MarkingPhrase* chosen = choose(data.phrases, style, suitable, is_special);
  if (chosen == nullptr) return std::nullopt;
  return text_of(*chosen, style.purpose);
}

// The code of the qualifiers that stand in where there are none for the purpose; kUnused for none.
MarkingCode substitute_code(const MarkingData& data) {
  constexpr std::array kOrder{MarkingCode::kPageTopBottom, MarkingCode::kPageTop,
                              MarkingCode::kPageBottom, MarkingCode::kDocumentStart,
                              MarkingCode::kDocumentEnd};
  for (const MarkingCode code : kOrder) {
    if (std::ranges::find(data.qualifiers, code, &MarkingQualifier::code) !=
        data.qualifiers.end()) {
      return code;
    }
  }
  return MarkingCode::kUnused;
}

}  // namespace

std::optional<std::string_view> chosen_phrase(const MarkingData& data, const MarkingStyle& style) {
  return choose_phrase(data, style, false);
}

std::optional<std::string_view> chosen_replacement(const MarkingData& data,
                                                   const MarkingStyle& style) {
  return choose_phrase(data, style, true);
}

bool has_code(const MarkingData& data, const MarkingStyle& style, MarkingCode code) {
  return std::ranges::any_of(data.phrases, [&](const MarkingPhrase& one) {
    return one.codes.has(code) && suits(one.codes, style.purpose);
  });
}

ChosenQualifier chosen_qualifier(const MarkingData& data, const MarkingStyle& style) {
  ChosenQualifier chosen;
  if (data.qualifiers.empty()) return chosen;
  const auto is_for = [&style](const MarkingQualifier& one) {
    MarkingCodes codes;
    codes.add(one.code);
    return names(codes, style.purpose);
  };
  const bool exact = std::ranges::any_of(data.qualifiers, is_for);
  const MarkingCode substitute = exact ? MarkingCode::kUnused : substitute_code(data);
  if (!exact && substitute == MarkingCode::kUnused) return chosen;
  const auto take = [&style](const MarkingQualifier& from, QualifierPart part,
                             std::optional<std::string_view>& text) {
    if (text) return;
    const auto suitable = [part](const QualifierText& one) { return one.part == part; };
    const QualifierText* found =
        choose(from.texts, style, suitable, [](const QualifierText&) { return false; });
    if (found != nullptr) text = found->text;
  };
  for (const MarkingQualifier& one : data.qualifiers) {
    if (exact ? !is_for(one) : one.code != substitute) continue;
    take(one, QualifierPart::kPrefix, chosen.prefix);
    take(one, QualifierPart::kSeparator, chosen.separator);
    take(one, QualifierPart::kSuffix, chosen.suffix);
  }
  return chosen;
}

}  // namespace labels
