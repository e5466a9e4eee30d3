#include "labels/spif_marking.h"

#include <algorithm>
#include <array>
#include <utility>

namespace labels {
namespace {

constexpr std::string_view kXmlNamespace = "http://www.w3.org/XML/1998/namespace";

constexpr std::array<std::pair<std::string_view, MarkingCode>, 17> kCodes{
    {{"pageTop", MarkingCode::kPageTop},
     {"pageBottom", MarkingCode::kPageBottom},
     {"pageTopBottom", MarkingCode::kPageTopBottom},
     {"documentStart", MarkingCode::kDocumentStart},
     {"documentEnd", MarkingCode::kDocumentEnd},
     {"firstLineOfText", MarkingCode::kFirstLineOfText},
     {"lastLineOfText", MarkingCode::kLastLineOfText},
     {"subject", MarkingCode::kSubject},
     {"xHeader", MarkingCode::kXHeader},
     {"portionMarking", MarkingCode::kPortionMarking},
     {"inputTitle", MarkingCode::kInputTitle},
     {"waterMark", MarkingCode::kWaterMark},
     {"noNameDisplay", MarkingCode::kNoNameDisplay},
     {"noMarkingDisplay", MarkingCode::kNoMarkingDisplay},
     {"suppressClassName", MarkingCode::kSuppressClassName},
     {"replacePolicy", MarkingCode::kReplacePolicy},
     {"unused", MarkingCode::kUnused}}};

// The schema lets no other name through.
MarkingCode code_from(std::string_view name) {
  const auto known =
      std::ranges::find(kCodes, name, &std::pair<std::string_view, MarkingCode>::first);
  return known == kCodes.end() ? MarkingCode::kUnused : known->second;
}

std::string language_of(const schemas::Element& element) {
  const std::string_view* language = element.attribute(kXmlNamespace, "lang");
  return language == nullptr ? std::string() : std::string(*language);
}

MarkingPhrase read_phrase(const schemas::Element& element) {
  MarkingPhrase one{.phrase = std::string(attribute_or_empty(element, "phrase")),
                    .has_phrase = element.attribute("phrase") != nullptr,
                    .short_phrase = std::string(attribute_or_empty(element, "shortPhrase")),
                    .simple_phrase = std::string(attribute_or_empty(element, "simplePhrase")),
                    .input_phrase = std::string(attribute_or_empty(element, "inputPhrase")),
                    .language = language_of(element),
                    .place = place_of(element)};
  for (const schemas::Element* code : element.elements()) one.codes.add(code_from(code->text()));
  return one;
}

MarkingQualifier read_qualifier(const schemas::Element& element) {
  MarkingQualifier one{.code = code_from(attribute_or_empty(element, "markingCode")),
                       .place = place_of(element)};
  for (const schemas::Element* child : element.elements()) {
    const std::string_view part = attribute_or_empty(*child, "qualifierCode");
    std::string language = language_of(*child);
    one.texts.push_back({.part = part == "prefix"      ? QualifierPart::kPrefix
                                 : part == "separator" ? QualifierPart::kSeparator
                                                       : QualifierPart::kSuffix,
                         .text = std::string(attribute_or_empty(*child, "markingQualifier")),
                         .language = language.empty() ? language_of(element) : language});
  }
  return one;
}

}  // namespace

MarkingData read_marking_data(const schemas::Element& element) {
  MarkingData data;
  for (const schemas::Element* child : element.elements()) {
    if (is_spif(*child, "markingData")) data.phrases.push_back(read_phrase(*child));
    if (is_spif(*child, "markingQualifier")) data.qualifiers.push_back(read_qualifier(*child));
  }
  return data;
}

std::string color_value(std::string_view color) {
  using Named = std::pair<std::string_view, std::string_view>;
  constexpr std::array<Named, 18> kNames{{{"aqua", "#00FFFF"},
                                          {"black", "#000000"},
                                          {"blue", "#0000FF"},
                                          {"fuchsia", "#FF00FF"},
                                          {"fuschia", "#FF00FF"},
                                          {"gray", "#808080"},
                                          {"green", "#008000"},
                                          {"lime", "#00FF00"},
                                          {"maroon", "#800000"},
                                          {"navy", "#000080"},
                                          {"olive", "#808000"},
                                          {"orange", "#FFA500"},
                                          {"purple", "#800080"},
                                          {"red", "#FF0000"},
                                          {"silver", "#C0C0C0"},
                                          {"teal", "#008080"},
                                          {"white", "#FFFFFF"},
                                          {"yellow", "#FFFF00"}}};
  const auto named = std::ranges::find(kNames, color, &Named::first);
  if (named != kNames.end()) return std::string(named->second);
  if (color.size() != 7 || color.front() != '#') return "";
  std::string value(color);
  for (char& c : value) {
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
    const bool hex = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || c == '#';
    if (!hex) return "";
  }
  return value.find('#', 1) == std::string::npos ? value : "";
}

}  // namespace labels
