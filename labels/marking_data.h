// MarkingData: what a security policy says about how one of its elements is shown: phrases, each
// for certain purposes and one language, and qualifiers that frame them.
//
// SPEC: Open XML SPIF 2.1, markingData and markingQualifier. Read by spif_marking.h, used by
// marking.h. It never decides anything.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "labels/place.h"

namespace labels {

// MarkingCode says what a phrase or qualifier is for, or (from kNoNameDisplay on) how the marking
// is put together. In the file's spelling: "pageTop", …, "unused".
enum class MarkingCode : std::uint8_t {
  kPageTop,
  kPageBottom,
  kPageTopBottom,
  kDocumentStart,
  kDocumentEnd,
  kFirstLineOfText,
  kLastLineOfText,
  kSubject,
  kXHeader,
  kPortionMarking,
  kInputTitle,
  kWaterMark,
  kNoNameDisplay,      // the element's name is not shown where there is no phrase
  kNoMarkingDisplay,   // the element does not appear in markings at all
  kSuppressClassName,  // a label that bears this element is marked without its classification
  kReplacePolicy,      // this phrase stands in the place of the policy's name; empty: none
  kUnused,
};

// MarkingCodes is a set of codes.
class MarkingCodes {
 public:
  void add(MarkingCode code) { bits_ |= bit(code); }
  [[nodiscard]] bool has(MarkingCode code) const { return (bits_ & bit(code)) != 0; }
  [[nodiscard]] bool empty() const { return bits_ == 0; }
  bool operator==(const MarkingCodes&) const = default;

 private:
  static std::uint32_t bit(MarkingCode code) {
    return std::uint32_t{1} << static_cast<std::uint32_t>(code);
  }
  std::uint32_t bits_ = 0;
};

// MarkingPhrase is one markingData element. Absent attributes are empty; `has_phrase` tells an
// empty phrase (which removes something) from none.
struct MarkingPhrase {
  std::string phrase = {};
  bool has_phrase = false;
  std::string short_phrase = {};   // for portions
  std::string simple_phrase = {};  // without punctuation
  std::string input_phrase = {};   // for forms
  std::string language = {};       // xml:lang as written; empty: any language
  MarkingCodes codes = {};         // empty: any purpose
  Place place = {};
};

enum class QualifierPart : std::uint8_t { kPrefix, kSeparator, kSuffix };

// QualifierText is one qualifier element of a markingQualifier.
struct QualifierText {
  QualifierPart part = QualifierPart::kPrefix;
  std::string text = {};
  std::string language = {};  // its own, else that of the markingQualifier; empty: any
};

// MarkingQualifier is one markingQualifier element: for markings of that code.
struct MarkingQualifier {
  MarkingCode code = MarkingCode::kPageTopBottom;
  std::vector<QualifierText> texts = {};
  Place place = {};
};

// MarkingData is everything that one element of the policy says, in the file's order.
struct MarkingData {
  std::vector<MarkingPhrase> phrases = {};
  std::vector<MarkingQualifier> qualifiers = {};
};

}  // namespace labels
